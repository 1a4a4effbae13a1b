"""Keras's files into our models: files that Keras writes, files made by hand, and what is wrong with others."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from pellucid import Input, Model, Sequential, layers
from pellucid.saving.keras_files import load_keras_weights

h5py = pytest.importorskip("h5py", reason="extra `keras`")


def small():
    return Sequential(
        [Input((4,)), layers.Dense(3, name="first"), layers.BatchNormalization(name="normal"),
         layers.Dense(2, name="last")]
    )  # fmt: skip


def arrays_of(model, start=0.0):
    """Return an array for each weight, all numbers different."""
    values, count = [], start
    for array in model.get_weights():
        values.append(np.arange(count, count + array.size, dtype="float32").reshape(array.shape))
        count += array.size
    return values


def write_flat(path, groups, root=""):
    """Write the layout of Keras 2: layers to their arrays."""
    with h5py.File(path, "w") as file:
        top = file.create_group(root) if root else file
        top.attrs["layer_names"] = [name.encode() for name in groups]
        for name, arrays in groups.items():
            group = top.create_group(name)
            names = [f"{name}/weight_{i}:0" for i in range(len(arrays))]
            group.attrs["weight_names"] = [each.encode() for each in names]
            for each, array in zip(names, arrays, strict=True):
                group[each] = array


def write_nested(path, groups):
    """Write the layout of Keras 3: places to names and arrays."""
    with h5py.File(path, "w") as file:
        for place, (name, arrays) in groups.items():
            group = file.create_group(f"{place}/vars")
            if name:
                group.attrs["name"] = name
            for i, array in enumerate(arrays):
                group[str(i)] = array


def check(model, wanted):
    for array, expected in zip(model.get_weights(), wanted, strict=True):
        np.testing.assert_array_equal(array, expected)


# Keras 2.


@pytest.mark.parametrize("root", ["", "model_weights"])
@pytest.mark.parametrize("names", [("first", "normal", "last"), ("dense_7", "bn_2", "dense_9")])
def test_flat_files_match_by_name_or_order(tmp_path, root, names):
    model = small()
    wanted = arrays_of(model)
    parts = dict(zip(names, (wanted[:2], wanted[2:6], wanted[6:]), strict=True))
    write_flat(tmp_path / "net.h5", {"input_1": [], **parts}, root)
    paths = load_keras_weights(model, tmp_path / "net.h5")
    check(model, wanted)
    assert paths[0] == "first/first/kernel" or paths[0].endswith("kernel")


def test_names_in_another_order_still_match(tmp_path):
    model = small()
    wanted = arrays_of(model)
    write_flat(
        tmp_path / "net.h5", {"last": wanted[6:], "first": wanted[:2], "normal": wanted[2:6]}
    )
    load_keras_weights(model, tmp_path / "net.h5")
    check(model, wanted)


def test_long_lists_of_names_are_cut_into_pieces(tmp_path):
    model = small()
    wanted = arrays_of(model)
    write_flat(
        tmp_path / "net.h5", {"first": wanted[:2], "normal": wanted[2:6], "last": wanted[6:]}
    )
    with h5py.File(tmp_path / "net.h5", "a") as file:
        names = list(file.attrs["layer_names"])
        del file.attrs["layer_names"]
        file.attrs["layer_names0"], file.attrs["layer_names1"] = names[:2], names[2:]
    load_keras_weights(model, tmp_path / "net.h5")
    check(model, wanted)


def test_some_layers_by_name(tmp_path):
    model = small()
    before = model.get_weights()
    new = [np.ones((4, 3), "float32"), np.ones(3, "float32")]
    write_flat(tmp_path / "net.h5", {"first": new, "stranger": [np.ones(5)]})
    assert len(load_keras_weights(model, tmp_path / "net.h5", by_name=True)) == 2
    check(model, [*new, *before[2:]])


# Keras 3.


def test_nested_files_match_by_class_and_number(tmp_path):
    model = small()
    wanted = arrays_of(model)
    groups = {
        "layers/dense": (None, wanted[:2]),
        "layers/batch_normalization": (None, wanted[2:6]),
        "layers/dense_1": (None, wanted[6:]),
        "optimizer": (None, [np.zeros(2)]),
    }
    write_nested(tmp_path / "net.weights.h5", groups)
    load_keras_weights(model, tmp_path / "net.weights.h5")
    check(model, wanted)


def test_automatic_names_say_nothing(tmp_path):
    model = Sequential([Input((2,)), layers.Dense(2), layers.Dense(2)])
    wanted = arrays_of(model)
    groups = {"layers/dense": ("dense_1", wanted[:2]), "layers/dense_1": ("dense", wanted[2:])}
    write_nested(tmp_path / "swapped.weights.h5", groups)
    load_keras_weights(model, tmp_path / "swapped.weights.h5")
    check(model, wanted)


def test_names_in_the_file_count_only_if_all_are_known(tmp_path):
    model = Sequential(
        [Input((2,)), layers.Dense(2, name="dense"), layers.Dense(2, name="dense_1")]
    )
    wanted = arrays_of(model)
    groups = {"layers/dense": ("dense_1", wanted[:2]), "layers/dense_1": ("dense_2", wanted[2:])}
    write_nested(tmp_path / "shifted.weights.h5", groups)
    load_keras_weights(model, tmp_path / "shifted.weights.h5")
    check(model, wanted)


# What is wrong.


def test_shapes_are_compared_before_anything_changes(tmp_path):
    model = small()
    before = model.get_weights()
    wanted = arrays_of(model)
    write_flat(
        tmp_path / "net.h5",
        {"first": wanted[:2], "normal": wanted[2:6], "last": [np.ones((3, 5)), np.ones(5)]},
    )
    with pytest.raises(ValueError, match="shape \\(3, 2\\), but \\(3, 5\\) in the file"):
        load_keras_weights(model, tmp_path / "net.h5")
    check(model, before)
    load_keras_weights(model, tmp_path / "net.h5", skip_mismatch=True)
    check(model, [*wanted[:6], *before[6:]])


def test_other_numbers_of_layers_are_refused(tmp_path):
    model = small()
    write_flat(tmp_path / "net.h5", {"only": arrays_of(model)[:2]})
    with pytest.raises(ValueError, match="3 layers with weights, but the file has 1"):
        load_keras_weights(model, tmp_path / "net.h5")


def test_a_missing_layer_is_named(tmp_path):
    model = small()
    write_nested(tmp_path / "net.weights.h5", {"layers/dense": (None, arrays_of(model)[:2])})
    with pytest.raises(
        ValueError, match=r"'normal'.*no weights for it.*layers/batch_normalization"
    ):
        load_keras_weights(model, tmp_path / "net.weights.h5")


def test_foreign_files_are_refused(tmp_path):
    (tmp_path / "text.h5").write_text("no weights")
    with pytest.raises(ValueError, match="no HDF5 file"):
        load_keras_weights(small(), tmp_path / "text.h5")
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["table"] = np.ones(3)
    with pytest.raises(ValueError, match="no layers in one of Keras's layouts"):
        load_keras_weights(small(), tmp_path / "other.h5")
    with pytest.raises(FileNotFoundError, match="there is no file"):
        load_keras_weights(small(), tmp_path / "missing.h5")


def test_links_to_other_files_are_refused(tmp_path):
    model = small()
    write_flat(tmp_path / "secret.h5", {"first": arrays_of(model)[:2]})
    with h5py.File(tmp_path / "net.h5", "w") as file:
        file.attrs["layer_names"] = [b"first"]
        file["first"] = h5py.ExternalLink("secret.h5", "first")
    with pytest.raises(ValueError, match="link to outside"):
        load_keras_weights(model, tmp_path / "net.h5")


def test_a_file_that_holds_itself_is_refused(tmp_path):
    with h5py.File(tmp_path / "net.weights.h5", "w") as file:
        layer = file.create_group("layers")
        layer["again"] = file["/"]
    with pytest.raises(ValueError, match="deep in each other"):
        load_keras_weights(small(), tmp_path / "net.weights.h5")


def test_a_model_without_weights_is_refused(tmp_path):
    with pytest.raises(RuntimeError, match="not built"):
        load_keras_weights(Sequential([layers.Dense(3)]), tmp_path / "net.h5")


def test_without_h5py_the_repair_is_said(tmp_path, monkeypatch):
    (tmp_path / "net.h5").write_bytes(b"x")
    monkeypatch.setitem(__import__("sys").modules, "h5py", None)
    with pytest.raises(ImportError, match="pip install"):
        load_keras_weights(small(), tmp_path / "net.h5")


# Files that Keras writes.


def branches(kit, model_of):
    """Make a graph with branches of different length, whose layers the two sides list in different orders."""
    x = kit.Input((6,))
    short = kit.Dense(6)(x)
    long = kit.Dense(6)(kit.Dense(6, activation="relu")(x))
    return model_of(x, kit.Dense(2)(kit.Add()([short, long])))


def named(kit, model_of):
    """Make the same graph of layers with names."""
    x = kit.Input((6,))
    short = kit.Dense(3, name="short")(x)
    long = kit.Dense(3, name="long_2")(kit.Dense(5, activation="relu", name="long_1")(x))
    return model_of(x, kit.Dense(2, name="end")(kit.Add()([short, long])))


def pictures(kit, stack):
    return stack(
        [kit.Input((8, 8, 3)), kit.Conv2D(4, 3), kit.BatchNormalization(), kit.ReLU(), kit.Dropout(0.2),
         kit.DepthwiseConv2D(3), kit.SeparableConv2D(5, 2), kit.Conv2DTranspose(2, 2), kit.Flatten(), kit.Dense(3)]
    )  # fmt: skip


def series(kit, stack):
    return stack(
        [kit.Input((5,)), kit.Embedding(7, 4), kit.Bidirectional(kit.LSTM(3, return_sequences=True)),
         kit.GRU(4, return_sequences=True), kit.TimeDistributed(kit.Dense(3)), kit.SimpleRNN(2), kit.Dense(1)]
    )  # fmt: skip


def attention(kit, model_of):
    x = kit.Input((5, 8))
    y = kit.MultiHeadAttention(2, 3)(x, x)
    return model_of(x, kit.Dense(2)(kit.LayerNormalization()(kit.Add()([x, y]))))


def nested(kit, model_of):
    picture = kit.Input((4,))
    inner = model_of(picture, kit.Dense(3)(kit.Dense(5)(picture)))
    x = kit.Input((4,))
    return model_of(x, kit.Dense(2)(inner(x)))


def einsum(kit, stack):
    return stack(
        [kit.Input((4, 3)), kit.EinsumDense("abc,cde->abde", (None, 2, 5), "relu", "de"),
         kit.EinsumDense("abde,def->abf", (None, 2))]
    )  # fmt: skip


CASES = {
    "branches": (branches, "Model", np.float32, (6,)),
    "named": (named, "Model", np.float32, (6,)),
    "pictures": (pictures, "Sequential", np.float32, (8, 8, 3)),
    "series": (series, "Sequential", np.int32, (5,)),
    "attention": (attention, "Model", np.float32, (5, 8)),
    "nested": (nested, "Model", np.float32, (4,)),
    "einsum": (einsum, "Sequential", np.float32, (4, 3)),
}


@pytest.mark.oracle
@pytest.mark.filterwarnings("default")  # Keras's own warnings are not ours
@pytest.mark.parametrize("ending", ["net.weights.h5", "net.keras", "net.h5"])
@pytest.mark.parametrize(
    "case",
    [
        pytest.param(c, marks=() if c in ("named", "nested", "einsum") else pytest.mark.slow)
        for c in CASES
    ],
)
def test_files_that_keras_writes(case, ending, tmp_path):
    keras = pytest.importorskip("keras", reason="oracle extra")
    keras.backend.clear_session()
    make, kind, dtype, shape = CASES[case]
    with jax.legacy_prng_key("allow"):
        theirs = make(keras.layers, getattr(keras, kind))
    rng = np.random.default_rng(0)
    theirs.set_weights([rng.uniform(0.1, 1, w.shape) for w in theirs.get_weights()])
    write = theirs.save_weights if ending.endswith("weights.h5") else theirs.save
    write(tmp_path / ending)
    ours = make(layers, Model if kind == "Model" else Sequential)
    load_keras_weights(ours, tmp_path / ending)
    inputs = rng.integers(0, 7, (3, *shape)).astype(dtype)
    wanted = theirs.predict(inputs, verbose=0)
    np.testing.assert_allclose(ours.predict(inputs), wanted, rtol=1e-4, atol=1e-5)


@pytest.mark.oracle
@pytest.mark.filterwarnings("default")
def test_what_lora_learned_in_keras(tmp_path):
    """Keras writes the sum; here it becomes the weight, frozen or not, and nothing is learned yet."""
    keras = pytest.importorskip("keras", reason="oracle extra")
    with jax.legacy_prng_key("allow"):
        theirs = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "tanh")])
        theirs.layers[0].enable_lora(2, lora_alpha=3.0)
    rng = np.random.default_rng(0)
    theirs.layers[0].lora_kernel_b.assign(rng.normal(size=(2, 3)))
    theirs.save_weights(tmp_path / "net.weights.h5")
    x = rng.normal(size=(5, 4)).astype("float32")
    for rank in (None, 1):
        ours = Sequential([Input((4,)), layers.Dense(3, "tanh", lora_rank=rank)])
        if rank:
            ours.layers[0]._weights["lora_kernel_b"].assign(np.ones((1, 3)))
        load_keras_weights(ours, tmp_path / "net.weights.h5")
        wanted = theirs.predict(x, verbose=0)
        np.testing.assert_allclose(ours.predict(x), wanted, rtol=1e-4, atol=1e-5)
