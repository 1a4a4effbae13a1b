"""Networks of PyTorch as models of Pellucid, weights included. PyTorch itself is never imported here."""

from pellucid.torch.convert import from_torch
from pellucid.torch.table import TABLE

__all__ = ["TABLE", "from_torch"]
