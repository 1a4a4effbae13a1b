"""Recurrence: networks over series. One step of each, whole series of each, and the loop for any other cell."""

from __future__ import annotations

from pellucid.functional.recurrent.conv_lstm import conv_lstm
from pellucid.functional.recurrent.gru import gru
from pellucid.functional.recurrent.loop import recur
from pellucid.functional.recurrent.lstm import lstm
from pellucid.functional.recurrent.simple_rnn import simple_rnn
from pellucid.functional.recurrent.steps import gru_step, lstm_step, simple_rnn_step

__all__ = [
    "conv_lstm",
    "gru",
    "gru_step",
    "lstm",
    "lstm_step",
    "recur",
    "simple_rnn",
    "simple_rnn_step",
]
