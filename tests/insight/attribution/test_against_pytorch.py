"""Gradients, integrated gradients and Grad-CAM of one convolutional network, computed again in PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pellucid import Sequential, insight, layers

pytestmark = pytest.mark.oracle


def twins() -> tuple[Sequential, Any, Any]:
    """Return a network, and its two halves as functions of PyTorch, channels first."""
    torch = pytest.importorskip("torch")
    model = Sequential(
        [
            layers.Conv2D(4, 3, activation="tanh", name="maps"),
            layers.Conv2D(5, 3, strides=2, activation="relu", name="last"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(3, activation="softmax"),
        ]
    )
    model.build((None, 9, 9, 2))
    k1, b1, k2, b2, w, b = (torch.tensor(a) for a in model.get_weights())

    def maps(x: Any) -> Any:
        hidden = torch.tanh(torch.nn.functional.conv2d(x, k1.permute(3, 2, 0, 1), b1))
        return torch.relu(torch.nn.functional.conv2d(hidden, k2.permute(3, 2, 0, 1), b2, stride=2))

    def logits(found: Any) -> Any:
        return found.mean((2, 3)) @ w + b

    return model, maps, logits


def test_a_convolutional_network_in_pytorch() -> None:
    torch = pytest.importorskip("torch")
    model, maps, logits = twins()
    x = np.random.default_rng(0).normal(size=(3, 9, 9, 2)).astype("float32")
    first = torch.tensor(x.transpose(0, 3, 1, 2)).requires_grad_()
    found = maps(first)
    found.retain_grad()
    target = logits(found).argmax(1)
    logits(found)[torch.arange(3), target].sum().backward()
    slopes = first.grad.numpy().transpose(0, 2, 3, 1)

    sizes = insight.saliency(model, x)
    assert sizes.target == tuple(target.tolist())
    np.testing.assert_allclose(sizes.values, np.abs(slopes), atol=1e-6)

    weights = found.grad.mean((2, 3), keepdim=True)
    cam = torch.relu((weights * found).sum(1)).detach().numpy()
    np.testing.assert_allclose(insight.grad_cam(model, x).details["coarse"], cam, atol=1e-6)

    steps = 200
    total = torch.zeros_like(first)
    for index in range(steps):
        part = (first.detach() * ((index + 0.5) / steps)).requires_grad_()
        logits(maps(part))[torch.arange(3), target].sum().backward()
        total += part.grad / steps
    shared = (first * total).detach().numpy().transpose(0, 2, 3, 1)
    ours = insight.integrated_gradients(model, x)
    np.testing.assert_allclose(ours.values, shared, atol=1e-3)
    assert np.abs(shared).max() > 0.02
