"""Converting needs no PyTorch: modules are read by what they look like."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from pellucid import from_torch
from pellucid.core.errors import ArgumentError, ArgumentTypeError


class Module:
    """Looks like a module of PyTorch."""

    __module__ = "torch.nn.modules.module"

    def __init__(self, **attributes):
        self._modules = {}
        vars(self).update(attributes)

    def parameters(self):
        return []

    def state_dict(self):
        return {}


class Linear(Module):
    __module__ = "torch.nn.modules.linear"

    def __init__(self, kernel, bias=None):
        super().__init__(weight=kernel, bias=bias, in_features=kernel.shape[1])

    def forward(self, x):
        return x @ self.weight.T


class ReLU(Module):
    __module__ = "torch.nn.modules.activation"

    def forward(self, x):
        return np.maximum(x, 0)


class Sequential(Module):
    __module__ = "torch.nn.modules.container"

    def __init__(self, *modules):
        super().__init__(_modules={str(number): each for number, each in enumerate(modules)})

    def forward(self, x):
        for each in self._modules.values():
            x = each.forward(x)
        return x


class Bilinear(Module):
    __module__ = "torch.nn.modules.linear"

    def forward(self, x):
        return x


class Own(Module):
    __module__ = "mine"

    def forward(self, x):
        return x


KERNEL = np.arange(6, dtype="float32").reshape(2, 3) - 2


def test_a_stack_is_converted():
    network = Sequential(Sequential(Linear(KERNEL), ReLU()), Linear(np.ones((1, 2), "float32")))
    x = np.array([[1.0, 2.0, 3.0], [-1.0, 0.5, 0.0]], "float32")
    np.testing.assert_allclose(from_torch(network).predict(x), network.forward(x), rtol=1e-6)


@pytest.mark.parametrize(
    ("module", "options", "error", "words"),
    [
        (3, {}, ArgumentTypeError, "takes a module of PyTorch, but it got int"),
        (Sequential(), {}, ArgumentError, "holds no modules"),
        (Linear(KERNEL), {"data_format": "first"}, ArgumentError, "`data_format` must be"),
        (Sequential(ReLU()), {}, ArgumentError, "does not say how large its inputs are"),
        (Sequential(Linear(KERNEL), Bilinear()), {}, ArgumentError, "module '1', a Bilinear"),
        (Sequential(Sequential(Own())), {}, ArgumentError, r"module '0\.0', a Own: its `forward`"),
        (Sequential(Linear(KERNEL), Linear(KERNEL)), {}, ArgumentError, "it takes 3 features"),
    ],
)
def test_errors_name_the_module(module, options, error, words):
    with pytest.raises(error, match=words):
        from_torch(module, **options)


def test_torch_is_not_imported():
    code = "import sys, pellucid; pellucid.from_torch; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
