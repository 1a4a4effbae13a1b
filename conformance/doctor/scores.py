"""How good predictions are: each at most 1, and -1 where they are no numbers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Score = Callable[[np.ndarray, np.ndarray], float]


def accuracy(predicted: np.ndarray, truth: np.ndarray) -> float:
    """Return the share of right answers; one number a row says yes above a half."""
    return float(np.mean(_classes(predicted, 0.5) == truth.reshape(-1)))


def accuracy_of_logits(predicted: np.ndarray, truth: np.ndarray) -> float:
    """Return the share of right answers; one number a row says yes above 0."""
    return float(np.mean(_classes(predicted, 0.0) == truth.reshape(-1)))


def accuracy_of_signs(predicted: np.ndarray, truth: np.ndarray) -> float:
    """Return the share of right answers where -1 and 1 stand for no and yes."""
    return float(np.mean((predicted.reshape(-1) > 0) == (truth.reshape(-1) > 0)))


def balanced(predicted: np.ndarray, truth: np.ndarray) -> float:
    """Return the mean over the classes of the share that was found."""
    said, truth = _classes(predicted, 0.5), truth.reshape(-1)
    return float(np.mean([np.mean(said[truth == label] == label) for label in np.unique(truth)]))


def labels(predicted: np.ndarray, truth: np.ndarray) -> float:
    """Return the mean over several yes-no answers of the balanced accuracy."""
    pairs = zip(predicted.T, truth.T, strict=True)
    return float(np.mean([balanced(answer[:, None], column) for answer, column in pairs]))


def likelihood(predicted: np.ndarray, truth: np.ndarray) -> float:
    """Return the geometric mean of the probability that was given to the truth, e^(-cross-entropy)."""
    truth = truth.reshape(-1).astype(int)
    if predicted.shape[-1] == 1:
        predicted = np.concatenate([1 - predicted, predicted], axis=1)
    given = predicted[np.arange(len(truth)), truth]
    return float(np.exp(np.mean(np.log(np.clip(given, 1e-7, 1)))))


def r2(predicted: np.ndarray, truth: np.ndarray) -> float:
    """Return the share of the targets' variance that is explained; at least -1."""
    predicted = predicted.reshape(len(truth), -1).astype(float)
    truth = truth.reshape(len(truth), -1).astype(float)
    if predicted.shape != truth.shape:
        return -1.0
    spread = float(np.sum((truth - truth.mean(axis=0)) ** 2))
    return max(-1.0, 1.0 - float(np.sum((predicted - truth) ** 2)) / spread)


def _classes(predicted: np.ndarray, threshold: float) -> np.ndarray:
    predicted = predicted.reshape(len(predicted), -1)
    if predicted.shape[1] == 1:
        return (predicted[:, 0] > threshold).astype(int)
    return predicted.argmax(axis=1)


SCORES: dict[str, Score] = {
    score.__name__: score
    for score in (accuracy, accuracy_of_logits, accuracy_of_signs, balanced, labels, likelihood, r2)
}


def judge(score: str, predicted: np.ndarray, truth: np.ndarray) -> float:
    """Return a score by its name; -1 where a prediction is no number."""
    predicted = np.asarray(predicted, float)
    return SCORES[score](predicted, truth) if np.isfinite(predicted).all() else -1.0
