"""What arrives at and leaves each layer, against PyTorch's automatic differentiation of the same network."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid import Input, Sequential, layers, optimizers


@pytest.mark.oracle
def test_a_convolutional_network():
    torch = pytest.importorskip("torch", reason="needs PyTorch, which is not installed")
    rng = np.random.default_rng(0)
    model = Sequential(
        [
            Input((6, 6, 2)),
            layers.Conv2D(3, 3, activation="tanh", name="conv"),
            layers.MaxPooling2D(name="pool"),
            layers.Flatten(name="flat"),
            layers.Dense(4, "softmax", name="out"),
        ]
    )
    model.compile(optimizers.SGD(0.1), "sparse_categorical_crossentropy")
    x, y = rng.normal(size=(3, 6, 6, 2)).astype("float32"), np.array([0, 3, 1])
    told = model.explain(x, y)

    kernel, bias, weight, offset = (
        torch.tensor(array, requires_grad=True) for array in model.get_weights()
    )
    image = torch.tensor(x, requires_grad=True)
    kept = {}

    def keep(name, tensor):
        tensor.retain_grad()
        kept[name] = tensor
        return tensor

    z = keep(
        "z", torch.nn.functional.conv2d(image.permute(0, 3, 1, 2), kernel.permute(3, 2, 0, 1), bias)
    )
    pooled = torch.nn.functional.max_pool2d(keep("conv", torch.tanh(z)), 2)
    flat = keep("flat", keep("pool", pooled).permute(0, 2, 3, 1).reshape(3, -1))
    logits = keep("logits", flat @ weight + offset)
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor(y))
    loss.backward()

    def channels_last(tensor):
        return tensor.permute(0, 2, 3, 1).detach().numpy()

    def close(ours, theirs):
        np.testing.assert_allclose(ours, np.asarray(theirs), rtol=1e-4, atol=1e-6)

    conv, out = told["conv"], told["out"]
    assert told.loss == pytest.approx(loss.item(), rel=1e-5)
    close(conv.activation.z, channels_last(kept["z"]))
    close(conv.activation.gradient, channels_last(kept["z"].grad))
    close(conv.arriving[0], channels_last(kept["conv"].grad))
    close(told["pool"].leaving[0], channels_last(kept["conv"].grad))
    close(told["pool"].arriving[0], channels_last(kept["pool"].grad))
    close(out.leaving[0], kept["flat"].grad)
    close(out.activation.gradient, kept["logits"].grad)
    close(told.input_gradients[0], image.grad)
    for step, name, tensor in [
        (conv, "kernel", kernel),
        (conv, "bias", bias),
        (out, "kernel", weight),
        (out, "bias", offset),
    ]:
        close(step.parameter(name).gradient, tensor.grad)
        close(step.parameter(name).update, -0.1 * tensor.grad)
