"""Options of thresholded metrics (thresholds, top k, one class, bins) against Keras."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pellucid import metrics

RANDOM = np.random.default_rng(5)
N, CLASSES = 45, 4
WEIGHT = RANDOM.uniform(0.2, 3.0, N).astype(np.float32)
ONE_HOT = np.eye(CLASSES, dtype=np.float32)[RANDOM.choice([0, 1, 3], N)]
P = RANDOM.dirichlet(np.ones(CLASSES), N).astype(np.float32)


@pytest.mark.oracle
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("Precision", {"thresholds": [0.0, 0.3, 0.5, 0.9]}),
        ("Recall", {"thresholds": [0.2, 0.7]}),
        ("Precision", {"top_k": 2}),
        ("Recall", {"top_k": 2, "class_id": 1}),
        ("Precision", {"class_id": 0, "thresholds": 0.2}),
        ("F1Score", {"average": None}),
        ("F1Score", {"average": "micro"}),
        ("FBetaScore", {"average": "macro", "threshold": 0.2, "beta": 0.5}),
        ("AUC", {"num_thresholds": 200}),
        ("AUC", {"num_thresholds": 20, "curve": "PR"}),
        ("AUC", {"num_thresholds": 20, "curve": "PR", "summation_method": "majoring"}),
        ("AUC", {"num_thresholds": 20, "curve": "PRGAIN"}),
        ("AUC", {"num_thresholds": 20, "summation_method": "minoring"}),
        ("AUC", {"thresholds": [0.2, 0.3, 0.6]}),
        ("AUC", {"num_thresholds": 30, "multi_label": True, "label_weights": [1.0, 2.0, 0.5, 3.0]}),
        ("AUC", {"num_thresholds": 30, "from_logits": True}),
        ("SensitivityAtSpecificity", {"specificity": 0.4, "class_id": 1}),
    ],
)
def test_options_agree_with_keras(name: str, options: dict[str, Any]) -> None:
    keras = pytest.importorskip("keras", reason="oracle extra")
    theirs = getattr(keras.metrics, name)(**options)
    theirs.update_state(ONE_HOT, P, None if name == "AUC" and "multi_label" in options else WEIGHT)
    ours = getattr(metrics, name)(**options)
    ours.update_state(ONE_HOT[:30], P[:30], WEIGHT[:30])
    ours.update_state(ONE_HOT[30:], P[30:], WEIGHT[30:])
    if "multi_label" in options:
        ours.reset_state()
        ours.update_state(ONE_HOT, P)
    np.testing.assert_allclose(ours.result(), theirs.result(), rtol=1e-5, atol=1e-6)
