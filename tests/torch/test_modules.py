"""Networks of PyTorch, converted: the same predictions and the same gradients."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import pellucid
from pellucid import from_torch, layers
from pellucid.core.errors import ArgumentError
from pellucid.training.measuring import arrays_of

pytestmark = pytest.mark.oracle

RNG = np.random.default_rng(0)


@pytest.fixture(scope="module", autouse=True)
def torch():
    module = pytest.importorskip("torch", reason="the networks that are converted are PyTorch's")
    module.set_num_threads(1)
    return module


def encoder_layer(nn, **options):
    return nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, **options)


SIMPLE = [
    *("ReLU6", "SELU", "LogSigmoid", "Hardsigmoid", "Softsign", "Mish"),
    *("Hardswish", "Tanhshrink", "CELU", "GELU", "Softplus"),
]

# Name: (network from torch.nn, shape of one row in PyTorch).
NETWORKS = {
    "perceptron": (lambda nn: nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3)), (4,)),
    "one module": (lambda nn: nn.Linear(4, 2, bias=False), (4,)),
    "nested": (
        lambda nn: nn.Sequential(nn.Sequential(nn.Linear(4, 5), nn.Tanh()), nn.Identity(), nn.Linear(5, 2)),
        (4,),
    ),
    "LeNet": (
        lambda nn: nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(6, 8, 3),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Dropout(0.5),
            nn.Linear(16, 10),
            nn.Softmax(dim=1),
        ),
        (1, 12, 10),
    ),
    "flatten first": (lambda nn: nn.Sequential(nn.Flatten(), nn.ReLU(), nn.Linear(24, 3)), (2, 3, 4)),
    "flatten last": (lambda nn: nn.Sequential(nn.Conv2d(2, 3, 2), nn.Flatten()), (2, 4, 5)),
    "flatten, then normalise": (
        lambda nn: nn.Sequential(nn.Conv2d(2, 3, 2), nn.Flatten(), nn.BatchNorm1d(36), nn.Linear(36, 2)),
        (2, 4, 5),
    ),
    "residual stem": (
        lambda nn: nn.Sequential(
            nn.Conv2d(3, 8, 7, stride=2, padding=3, bias=False),
            nn.BatchNorm2d(8),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2, padding=1),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(8, 4),
        ),
        (3, 17, 16),
    ),
    "convolution with strides, holes and groups": (
        lambda nn: nn.Sequential(
            nn.Conv2d(4, 8, 3, stride=(2, 1), padding=1, groups=2),
            nn.ELU(0.7),
            nn.Conv2d(8, 8, 3, dilation=2, padding=1, groups=8),
        ),
        (4, 9, 8),
    ),
    "convolution 'same'": (lambda nn: nn.Conv2d(2, 3, 3, padding="same", dilation=2), (2, 6, 5)),
    "series": (
        lambda nn: nn.Sequential(
            nn.Conv1d(3, 6, 3, padding=1),
            nn.BatchNorm1d(6),
            nn.LeakyReLU(0.1),
            nn.MaxPool1d(2),
            nn.Dropout1d(0.2),
            nn.Flatten(),
            nn.Linear(24, 2),
        ),
        (3, 8),
    ),
    "volume": (
        lambda nn: nn.Sequential(
            nn.Conv3d(1, 2, 2), nn.SiLU(), nn.AvgPool3d(2), nn.Flatten(), nn.Linear(16, 2)
        ),
        (1, 5, 5, 5),
    ),
    "generator": (
        lambda nn: nn.Sequential(
            nn.Linear(6, 48),
            nn.Unflatten(1, (3, 4, 4)),
            nn.ConvTranspose2d(3, 4, 4, stride=2, padding=1),
            nn.BatchNorm2d(4),
            nn.ReLU(),
            nn.ConvTranspose2d(4, 1, 3, stride=2, padding=1, output_padding=1),
            nn.Sigmoid(),
        ),
        (6,),
    ),
    "transposed, kernel below stride": (
        lambda nn: nn.ConvTranspose1d(2, 3, 2, stride=3, output_padding=2),
        (2, 5),
    ),
    "poolings": (
        lambda nn: nn.Sequential(
            nn.AvgPool2d(3, stride=1, padding=1),
            nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=False),
            nn.MaxPool2d(3, stride=1, padding=1),
            nn.MaxPool2d(2, ceil_mode=True),
            nn.AdaptiveMaxPool2d((None, 2)),
        ),
        (2, 8, 6),
    ),
    "normalisations": (
        lambda nn: nn.Sequential(
            nn.GroupNorm(2, 4),
            nn.InstanceNorm2d(4, affine=True),
            nn.LayerNorm((4, 5, 3)),
            nn.LayerNorm(3, elementwise_affine=False),
            nn.PReLU(4),
        ),
        (4, 5, 3),
    ),
    "features": (
        lambda nn: nn.Sequential(nn.BatchNorm1d(5), nn.LayerNorm(5), nn.RMSNorm(5), nn.PReLU()),
        (5,),
    ),
    "growing": (
        lambda nn: nn.Sequential(
            nn.ZeroPad2d((1, 0, 2, 3)),
            nn.Upsample(scale_factor=2),
            nn.Upsample(scale_factor=2, mode="bilinear"),
            nn.Conv2d(2, 1, 1),
        ),
        (2, 3, 4),
    ),
    "activations": (
        lambda nn: nn.Sequential(
            *(getattr(nn, name)() for name in SIMPLE),
            nn.GELU("tanh"),
            nn.CELU(0.5),
            nn.Softshrink(0.1),
            nn.Hardshrink(0.2),
            nn.Hardtanh(0, 2),
            nn.Threshold(0.1, -1.0),
            nn.LogSoftmax(dim=-1),
        ),
        (7,),
    ),
    "softmax over channels": (
        lambda nn: nn.Sequential(
            nn.Conv2d(2, 4, 1), nn.Softmax(dim=1), nn.Softmax(dim=2), nn.GLU(dim=1), nn.LogSoftmax(dim=3)
        ),
        (2, 3, 3),
    ),
    "embedding": (
        lambda nn: nn.Sequential(nn.Embedding(9, 6, padding_idx=0), nn.Flatten(), nn.Linear(30, 2)),
        (5,),
    ),
    "LSTM": (lambda nn: nn.LSTM(3, 5, batch_first=True), (6, 3)),
    "LSTM, deep, two directions": (
        lambda nn: nn.LSTM(3, 4, num_layers=2, bidirectional=True, batch_first=True, dropout=0.3),
        (6, 3),
    ),
    "GRU": (lambda nn: nn.GRU(3, 5, num_layers=2, batch_first=True), (6, 3)),
    "RNN": (lambda nn: nn.RNN(3, 5, nonlinearity="relu", bias=False, batch_first=True), (6, 3)),
    "transformer": (
        lambda nn: nn.Sequential(
            nn.TransformerEncoder(encoder_layer(nn), 2, norm=nn.LayerNorm(8), enable_nested_tensor=False),
            encoder_layer(nn, activation="gelu", norm_first=True),
            nn.Flatten(),
            nn.Linear(40, 2),
        ),
        (5, 8),
    ),
    "linear over steps": (
        lambda nn: nn.Sequential(nn.Conv1d(3, 4, 2), nn.Linear(5, 6), nn.Flatten(2), nn.Flatten(1, 2)),
        (3, 6),
    ),
}  # fmt: skip


def randomised(torch, network):
    """Give every parameter and moving average a value that shows where it went."""
    torch.manual_seed(0)
    with torch.no_grad():
        for name, each in [*network.named_parameters(), *network.named_buffers()]:
            if each.dtype.is_floating_point:
                each.copy_(
                    torch.rand_like(each) * (1.0 if "var" in name else 0.6)
                    + (0.5 if "var" in name else -0.3)
                )
    return network.eval()


def made(torch, name):
    build, shape = NETWORKS[name]
    network = randomised(torch, build(torch.nn))
    if name == "embedding":
        return network, shape, RNG.integers(0, 9, (2, *shape)).astype("int32")
    return network, shape, RNG.normal(size=(2, *shape)).astype("float32")


def theirs(torch, network, x):
    given = torch.from_numpy(x).requires_grad_(x.dtype == np.float32)
    outputs = network(given.long() if x.dtype != np.float32 else given)
    return given, outputs[0] if isinstance(outputs, tuple) else outputs


@pytest.mark.parametrize("name", NETWORKS)
def test_predictions_are_equal_with_channels_last(torch, name):
    network, shape, x = made(torch, name)
    _, wanted = theirs(torch, network, x)
    wanted = wanted.detach().numpy()
    model = from_torch(network, shape)
    given = x if tuple(model.input_shape[1:]) == shape else np.moveaxis(x, 1, -1)
    found = model.predict(given)
    if found.shape != wanted.shape:
        wanted = np.moveaxis(wanted, 1, -1)
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-5)
    assert model.count_params() == counted(network)


def counted(network):
    """Return how many numbers the model has; two biases of a recurrent layer are one here, but for a GRU."""
    kept = [*network.parameters(), *(b for b in network.buffers() if b.dtype.is_floating_point)]
    total = sum(each.numel() for each in kept)
    for module in network.modules():
        if type(module).__name__ in ("LSTM", "RNN") and module.bias:
            total -= sum(p.numel() for n, p in module.named_parameters() if "bias_hh" in n)
    return total


@pytest.mark.parametrize("name", [name for name in NETWORKS if name != "embedding"])
def test_outputs_and_gradients_are_equal_with_channels_first(torch, name):
    network, shape, x = made(torch, name)
    given, outputs = theirs(torch, network, x)
    weights = torch.linspace(-1, 1, outputs.numel()).reshape(outputs.shape)
    (outputs * weights).sum().backward()
    model = from_torch(network, shape, data_format="channels_first")
    params, state = arrays_of(model)

    def loss(x):
        found = pellucid.apply(model, params, state, x)[0]
        return jnp.sum(found * weights.numpy()), found

    gradients, found = jax.grad(loss, has_aux=True)(jnp.asarray(x))
    np.testing.assert_allclose(found, outputs.detach().numpy(), rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(gradients, given.grad.numpy(), rtol=1e-4, atol=1e-5)


def test_shapes_are_read_off_where_they_can_be(torch):
    nn = torch.nn
    assert from_torch(nn.Sequential(nn.ReLU(), nn.Linear(4, 2)), 4).input_shape == (None, 4)
    assert from_torch(nn.Linear(4, 2)).input_shape == (None, 4)
    assert from_torch(nn.LSTM(3, 2)).input_shape == (None, None, 3)
    assert from_torch(nn.Embedding(5, 2)).input_shape == (None, None)
    assert from_torch(nn.Conv2d(3, 2, 3), (3, None, None)).input_shape == (None, None, None, 3)


def test_frozen_modules_stay_frozen(torch):
    network = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.Linear(3, 2))
    network[0].requires_grad_(False)
    model = from_torch(network)
    assert [layer.trainable for layer in model.layers] == [False, True]


def test_a_converted_network_trains_saves_and_loads(torch, tmp_path):
    network, shape, x = made(torch, "LeNet")
    model = from_torch(network, shape, name="lenet")
    model.compile("adam", "sparse_categorical_crossentropy")
    rows = np.moveaxis(x, 1, -1).repeat(8, 0)
    history = model.fit(rows, np.arange(16) // 8, epochs=20, verbose=0)
    assert history.history["loss"][-1] < history.history["loss"][0]
    model.save(tmp_path / "lenet.safetensors")
    again = pellucid.load(tmp_path / "lenet.safetensors")
    np.testing.assert_array_equal(again.predict(rows), model.predict(rows))


def test_modules_of_ones_own_have_the_counterparts_that_are_given(torch):
    nn = torch.nn

    class Last(nn.Module):
        def forward(self, outputs):
            return outputs[0][:, -1]

    class Scaled(nn.Linear):
        def forward(self, x):
            return 2 * super().forward(x)

    class Plain(nn.Linear):
        """Computes as its base does."""

    network = nn.Sequential(nn.LSTM(3, 4, batch_first=True), Last(), Plain(4, 2)).eval()
    x = RNG.normal(size=(2, 6, 3)).astype("float32")
    wanted = network(torch.from_numpy(x)).detach().numpy()
    for key in (Last, "Last"):
        model = from_torch(network, counterparts={key: lambda m: layers.Lambda(lambda x: x[:, -1])})
        np.testing.assert_allclose(model.predict(x), wanted, rtol=1e-5, atol=1e-6)
    with pytest.raises(
        ArgumentError, match=r"module '1', a Last: its `forward` is code of your own"
    ):
        from_torch(network)
    with pytest.raises(ArgumentError, match="a Scaled: its `forward` is code"):
        from_torch(Scaled(2, 2))


REFUSED = {
    "reflecting": (lambda nn: nn.Conv2d(1, 1, 3, padding=1, padding_mode="reflect"), "padding_mode='reflect'"),
    "indices": (lambda nn: nn.MaxPool2d(2, return_indices=True), "return_indices=True"),
    "dilated": (lambda nn: nn.MaxPool2d(2, dilation=2), "dilation above 1"),
    "largest with padding": (lambda nn: nn.MaxPool2d(3, 2, padding=1), "padding=1 that counts for nothing"),
    "ceiling": (lambda nn: nn.MaxPool2d(3, ceil_mode=True), "ceil_mode=True"),
    "groups": (lambda nn: nn.ConvTranspose2d(2, 2, 3, groups=2), "groups=2"),
    "no averages": (lambda nn: nn.BatchNorm2d(1, track_running_stats=False), "track_running_stats=False"),
    "plain mean": (lambda nn: nn.BatchNorm2d(1, momentum=None), "momentum=None"),
    "aligned corners": (
        lambda nn: nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True),
        "align_corners=True",
    ),
    "part of a cell": (lambda nn: nn.Upsample(scale_factor=1.5), "whole factors"),
    "shuffled": (lambda nn: nn.PixelShuffle(1), "this class has no counterpart here"),
    "mirrored": (lambda nn: nn.ReflectionPad2d(1), "only zeros"),
    "batch": (lambda nn: nn.Flatten(0), "start_dim=0"),
    "softmax of rows": (lambda nn: nn.Softmax(dim=0), "dim=0 goes over the rows"),
    "softmax of anything": (lambda nn: nn.Softmax(), "`dim` is not given"),
    "several inputs": (lambda nn: nn.MultiheadAttention(6, 2), "queries, keys and values"),
    "wrong size": (lambda nn: nn.Linear(9, 2), "it takes 9 features, but here come rows"),
    "wrong axes": (lambda nn: nn.Conv1d(1, 1, 1), "takes 2 axes after the batch"),
    "steep": (lambda nn: nn.Softplus(beta=2), "beta=2"),
    "twice": (lambda nn: nn.Sequential(*[nn.BatchNorm2d(1)] * 2), "at '1.0' again"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_counterpart_is_refused_by_its_path(torch, name):
    build, words = REFUSED[name]
    network = torch.nn.Sequential(torch.nn.Identity(), build(torch.nn))
    with pytest.raises(ArgumentError, match=words) as caught:
        from_torch(network, (1, 6, 5))
    assert "module '1" in str(caught.value)
