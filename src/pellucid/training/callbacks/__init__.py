"""Callbacks: what a user hangs into a training, with Keras's names and hooks."""

from pellucid.training.callbacks.callback import Callback, LambdaCallback
from pellucid.training.callbacks.checkpoint import ModelCheckpoint
from pellucid.training.callbacks.early_stopping import EarlyStopping
from pellucid.training.callbacks.logger import CSVLogger
from pellucid.training.callbacks.rates import LearningRateScheduler, ReduceLROnPlateau
from pellucid.training.callbacks.terminate import TerminateOnNaN
from pellucid.training.history import History

__all__ = [
    "CSVLogger",
    "Callback",
    "EarlyStopping",
    "History",
    "LambdaCallback",
    "LearningRateScheduler",
    "ModelCheckpoint",
    "ReduceLROnPlateau",
    "TerminateOnNaN",
]
