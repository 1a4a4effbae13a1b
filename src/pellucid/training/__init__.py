"""The training program and what stands around it: one compiled program, a host that looks in four times a second."""

from pellucid.training.compiled import Compiled
from pellucid.training.history import History
from pellucid.training.loop import NonFiniteWarning, StreamWarning
from pellucid.training.measuring import evaluate, predict, test_on_batch
from pellucid.training.prediction import predicted_classes
from pellucid.training.session import Session
from pellucid.training.trainer import fit, train_on_batch

__all__ = [
    "Compiled",
    "History",
    "NonFiniteWarning",
    "Session",
    "StreamWarning",
    "evaluate",
    "fit",
    "predict",
    "predicted_classes",
    "test_on_batch",
    "train_on_batch",
]
