"""Repairs in the words of another framework, where Keras's line would not do there."""

from __future__ import annotations

import re
from dataclasses import replace

from pellucid.insight.doctor.diagnosis import Diagnosis
from pellucid.insight.doctor.finding import Finding, Repair

TORCH: dict[str, str] = {
    "D201": "nn.Sigmoid() with nn.BCELoss(), or better neither and nn.BCEWithLogitsLoss()",
    "D202": "the loss that takes scores: nn.BCEWithLogitsLoss() or nn.CrossEntropyLoss()",
    "D203": "the last Linear's outputs as they are: the loss applies sigmoid or softmax itself",
    "D205": "the last Linear's outputs as they are with nn.BCEWithLogitsLoss()",
    "D206": "the last Linear's outputs as they are",
    "D301": "nn.ReLU() behind it",
    "D322": "nn.Dropout(0.2)",
    "D342": "the usual start of nn.Linear, or nn.init.kaiming_uniform_(layer.weight)",
    "D344": "nn.init.zeros_(layer.bias)",
    "D424": "nn.utils.clip_grad_norm_(model.parameters(), 1.0)",
    "D612": "nn.LeakyReLU()",
}
"""By the check's code."""
RATE = re.compile(r"^(?:[\w.]+\()?learning_rate=([-+.\de]+)\)?$")
"""A repair that sets the learning rate alone."""


def in_words_of(source: str, diagnosis: Diagnosis) -> Diagnosis:
    """Return a diagnosis with the repairs that PyTorch's users write; for Keras as it is."""
    if source != "torch":
        return diagnosis
    groups = {
        name: tuple(map(reworded, getattr(diagnosis, name)))
        for name in ("findings", "others", "hints")
    }
    return replace(diagnosis, **groups)


def reworded(finding: Finding) -> Finding:
    """Return a finding with the line for PyTorch, where there is one."""
    said = finding.sign.repair
    rate = RATE.match(said.code) if said else None
    line = f"lr={rate[1]} in the optimizer" if rate else TORCH.get(finding.code)
    if line is None and said is not None:
        line = said.code.replace("jnp.clip(", "torch.clamp(").replace("jnp.", "torch.")
    if line is None or (said is not None and line == said.code):
        return finding
    return replace(finding, sign=replace(finding.sign, repair=Repair(line)))
