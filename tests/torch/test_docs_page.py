"""The PyTorch code of the documentation runs where PyTorch is: the blocks that the tests of all pages leave out."""

from __future__ import annotations

import re
import warnings

import pytest

BLOCK = re.compile(r"^```python(?: no-run)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.oracle
def test_every_block_of_the_page_runs(root, capsys):
    torch = pytest.importorskip("torch", reason="the page shows PyTorch's code too")
    torch.manual_seed(0)
    page = (root / "docs" / "coming-from-pytorch.md").read_text()
    found = BLOCK.findall(page)
    assert len(found) >= 8
    names = {"__name__": "page"}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for code in found:
            exec(compile(code, "coming-from-pytorch.md", "exec"), names)
    assert "Epoch 1000/1000" in capsys.readouterr().out
