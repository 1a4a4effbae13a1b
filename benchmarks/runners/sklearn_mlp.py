"""Scikit-learn's MLP, with its regularisation and early stopping switched off.

Its squared error carries a factor one half, so SimpleMLP's learning rate is doubled to take the
same steps. A second `fit` goes on from the first one's weights (`warm_start`).
"""

import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

from benchmarks import child, reference
from benchmarks.workload import Workload

# "Did not converge" is meant: the number of epochs is part of the workload.
warnings.simplefilter("ignore", ConvergenceWarning)


class ScikitLearn:
    """An `MLPRegressor` or `MLPClassifier` for the workload's network."""

    def __init__(self, workload: Workload, x: NDArray, y: NDArray, shuffle: bool) -> None:
        regression = workload.task == "regression"
        self.x, self.y = x, y.ravel()
        self.estimator = (MLPRegressor if regression else MLPClassifier)(
            hidden_layer_sizes=workload.sizes[1:-1],
            solver=workload.optimizer,
            alpha=0.0,
            batch_size=workload.batch_size,
            learning_rate_init=workload.learning_rate * (2 if regression else 1),
            momentum=workload.momentum,
            nesterovs_momentum=False,
            beta_1=reference.BETA_1,
            beta_2=reference.BETA_2,
            epsilon=reference.EPSILON,
            shuffle=shuffle,
            tol=0.0,
            n_iter_no_change=10**9,
            warm_start=True,
            # With seed 0 most of SimpleMLP's ReLUs die, and the loss stays at 1.5.
            random_state=1,
        )

    def fit(self, epochs: int) -> None:
        self.estimator.set_params(max_iter=epochs).fit(self.x, self.y)

    def set_weights(self, weights: list[NDArray]) -> None:
        """Replace the drawing of initial weights: scikit-learn has no argument for them."""
        given: Sequence[NDArray] = [weight.copy() for weight in weights]
        pairs = iter(list(zip(given[::2], given[1::2], strict=True)))
        self.estimator._init_coef = lambda *_: next(pairs)

    def weights(self) -> list[NDArray]:
        found = []
        pairs = zip(self.estimator.coefs_, self.estimator.intercepts_, strict=True)
        for kernel, bias in pairs:
            found += [np.asarray(kernel), np.asarray(bias)]
        return found


if __name__ == "__main__":
    child.main(ScikitLearn)
