"""The networks of the step benchmarks: parts, common weights, conversions, and the rule of the checks."""

import numpy as np
import pytest

from benchmarks import conversions, parts, prepare
from benchmarks.network import Network
from benchmarks.network_suites import agrees
from benchmarks.workloads import NETWORKS


def last_shape(network):
    shape = network.shape
    for part in network.parts:
        shape = part.output(shape)
    return shape


def arrays(kind):
    for network in NETWORKS.values():
        for leaf in network.leaves:
            if leaf.kind == kind:
                return [np.random.default_rng(0).standard_normal(a.shape) for a in leaf.arrays]
    raise AssertionError(kind)


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_a_network_ends_in_ten_classes_and_its_weights_fit_together(network):
    assert last_shape(network) == (10,)
    assert network.leaves[-1].arrays[0].shape[-1] == 10
    kinds = {leaf.kind for leaf in network.leaves}
    assert kinds <= set(conversions.TORCH)
    assert "flax" in network.without or kinds <= set(conversions.FLAX)


def test_the_small_resnet_has_eight_residual_convolutions_from_16_to_64_channels():
    network = NETWORKS["resnet_small"]
    kernels = [leaf.arrays[0] for leaf in network.leaves if leaf.kind == "convolution"]
    inside = [kernel for kernel in kernels[1:] if kernel.shape[0] == 3]
    assert len(inside) == 8
    assert {kernel.shape[-1] for kernel in inside} == {16, 32, 64}


def test_weights_are_the_same_every_time():
    network = NETWORKS["lstm64"]
    again = Network(network.name, network.title, network.shape, network.parts, 32)
    for first, second in zip(network.leaves, again.leaves, strict=True):
        for one, other in zip(first.arrays, second.arrays, strict=True):
            np.testing.assert_array_equal(one, other)


def test_patterns_have_the_networks_shape_and_full_batches():
    network = NETWORKS["conv1d"]
    x, y = network.patterns()
    assert x.shape == (network.steps * network.batch_size, 1000, 1)
    assert x.dtype == np.float32
    assert set(y) == set(range(10))


def test_a_network_on_mnist_takes_the_first_images(tmp_path):
    network = NETWORKS["cnn"]
    images = {"x": np.arange(1100 * 784).reshape(1100, 784) / 784.0, "y": np.arange(1100) % 10}
    prepare.write_network(tmp_path, network, images)
    x = np.load(tmp_path / "cnn" / "x.npy")
    assert x.shape == (1024, 28, 28, 1)
    np.testing.assert_allclose(x[3].ravel(), images["x"][3])
    prepare.write_network(tmp_path / "without", network, None)
    assert not (tmp_path / "without").exists()


@pytest.mark.parametrize(
    ("found", "expected", "equal"),
    [
        (2.2686, 2.2685, True),
        (2.2690, 2.2685, False),
        (0.0811, 0.0812, True),
        (0.0815, 0.0812, False),
    ],
)
def test_a_check_is_strict_in_what_was_learned_and_in_what_is_left(found, expected, equal):
    assert agrees(found, expected) is equal


def strided_same(x, kernel, stride):
    """Convolve one series as Keras pads it: what is missing is added at the far side first."""
    size, places = len(kernel), len(x) // stride
    missing = max((places - 1) * stride + size - len(x), 0)
    padded = np.pad(x, ((missing // 2, missing - missing // 2), (0, 0)))
    windows = [padded[i * stride : i * stride + size] for i in range(places)]
    return np.array([np.tensordot(window, kernel, 2) for window in windows])


@pytest.mark.parametrize(("size", "stride"), [(3, 1), (3, 2), (5, 2), (5, 1), (1, 1)])
def test_mirrored_series_and_kernels_make_even_padding_equal(size, stride):
    random = np.random.default_rng(2)
    x, kernel = random.standard_normal((12, 2)), random.standard_normal((size, 2, 3))
    turned = conversions.images_for_torch(x[None])[0].T
    weight = conversions.torch_convolution(kernel)["weight"]
    padded = np.pad(turned, ((size // 2, size // 2), (0, 0)))
    starts = range(0, len(padded) - size + 1, stride)
    even = np.array([np.einsum("sc,fcs->f", padded[i : i + size], weight) for i in starts])
    np.testing.assert_allclose(even[::-1], strided_same(x, kernel, stride), atol=1e-12)


def test_the_gates_of_a_gru_change_places():
    kernel, recurrent, bias = arrays("gru")
    named = conversions.torch_gru(kernel, recurrent, bias)
    units = recurrent.shape[0]
    reset = slice(units, 2 * units)
    np.testing.assert_array_equal(named["weight_ih_l0"][:units], kernel[:, reset].T)
    np.testing.assert_array_equal(named["weight_hh_l0"][reset], recurrent[:, :units].T)
    np.testing.assert_array_equal(named["bias_hh_l0"][2 * units :], bias[1, 2 * units :])


def test_heads_of_attention_are_stacked_one_after_the_other():
    given = arrays("attention")
    named = conversions.torch_attention(*given)
    width = given[0].shape[0]
    x = np.random.default_rng(4).standard_normal((5, width))
    key = np.einsum("tw,whp->thp", x, given[2]).reshape(5, width)
    np.testing.assert_allclose(x @ named["in_proj_weight"][width : 2 * width].T, key, atol=1e-9)
    out = np.einsum("thp,hpw->tw", key.reshape(5, *given[6].shape[:2]), given[6])
    np.testing.assert_allclose(key @ named["out_proj.weight"].T, out, atol=1e-9)


def test_a_forget_gate_starts_open():
    (leaf,) = parts.Recurrent("lstm", 3).leaves((7, 2), np.random.default_rng(0))
    np.testing.assert_array_equal(leaf.arrays[2], [0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0])
