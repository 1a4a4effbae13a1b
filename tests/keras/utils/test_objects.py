"""One's own classes by name, batches by number, bars, pictures of models, and small questions."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

import pellucid
from pellucid import Input, Model, layers
from pellucid.core.errors import ArgumentTypeError, UsageError
from pellucid.keras import utils
from pellucid.keras.random_keys import seed
from pellucid.keras.utils.chance import GLOBAL


@pytest.fixture(autouse=True)
def _forget():
    before = dict(utils.get_custom_objects())
    yield
    utils.get_custom_objects().clear()
    utils.get_custom_objects().update(before)


def test_every_name_is_there() -> None:
    for name in dir(utils):
        assert getattr(utils, name) is not None
    assert utils.Sequence is utils.PyDataset
    assert "load_img" in utils.__all__
    with pytest.raises(AttributeError, match="to_categorical"):
        _ = utils.to_categoric


def test_registered_classes_are_found() -> None:
    @utils.register_keras_serializable(package="Mine", name="Other")
    class Own:
        def get_config(self):
            return {}

    assert utils.get_registered_name(Own) == "Mine>Other"
    assert utils.get_registered_object("Mine>Other") is Own
    assert utils.get_custom_objects()["Other"] is Own
    assert utils.get_registered_object("none") is None
    assert utils.get_registered_object("f", {"f": max}) is max
    with pytest.raises(ArgumentTypeError, match="get_config"):
        utils.register_keras_serializable()(type("Bare", (), {}))


def test_names_hold_within_a_block() -> None:
    with utils.custom_object_scope({"mine": max}), utils.CustomObjectScope({"mine": min}):
        assert utils.get_custom_objects()["mine"] is min
    assert "mine" not in utils.get_custom_objects()


def test_objects_become_dicts_and_come_back() -> None:
    from pellucid.keras.layers import Dense, Input as KerasInput
    from pellucid.keras.models import Sequential

    layer = Dense(3, activation="relu", name="d")
    described = utils.serialize_keras_object([layer, 2, {"a": None}])
    assert described[0]["class_name"] == "Dense"
    assert described[0]["module"] == "keras.layers"
    again, two, plain = utils.deserialize_keras_object(described)
    assert (type(again), again.units, again.name, two, plain) == (Dense, 3, "d", 2, {"a": None})
    old = utils.deserialize_keras_object({"class_name": "Dropout", "config": {"rate": 0.5}})
    assert old.rate == 0.5
    own = utils.deserialize_keras_object(
        {"class_name": "Own", "config": {"a": 1}}, custom_objects={"Own": dict}
    )
    assert own == {"a": 1}
    function = utils.serialize_keras_object(pellucid.activations.relu)
    assert function["config"] == "relu"
    assert utils.deserialize_keras_object(function) is not None
    stack = Sequential([KerasInput(shape=(4,)), Dense(3, "relu")])
    same = utils.deserialize_keras_object(utils.serialize_keras_object(stack))
    assert [type(each).__name__ for each in same.layers] == ["Dense"]
    with pytest.raises(ValueError, match="Denze"):
        utils.deserialize_keras_object({"class_name": "Denze", "config": {}})


class Squares(utils.PyDataset):
    def __init__(self, **options):
        super().__init__(**options)
        self.epochs = 0

    def __len__(self):
        return 4

    def __getitem__(self, index):
        x = np.full((8, 1), index / 4, "float32")
        return x, x**2

    def on_epoch_end(self):
        self.epochs += 1


def test_batches_by_number() -> None:
    batches = Squares(workers=2, use_multiprocessing=True)
    assert len(list(batches)) == batches.num_batches == 4

    class Bare(utils.PyDataset):
        pass

    for ask in (len, lambda each: each[0]):
        with pytest.raises(UsageError, match="a subclass of PyDataset says"):
            ask(Bare())

    class Counted(Bare):
        @property
        def num_batches(self):
            return 3

    assert len(Counted()) == 3


def test_bars(capsys) -> None:
    bar = utils.Progbar(3, stateful_metrics=["last"])
    for step in range(3):
        bar.update(step + 1, [("loss", float(step)), ("last", step)], finalize=None)
    out = capsys.readouterr().out
    assert out.startswith("\r1/3 ")
    assert out.endswith("/step - loss: 1.0000 - last: 2.0000\n")
    quiet = utils.Progbar(None, verbose=0)
    quiet.add(2, [("a", 1)])
    assert capsys.readouterr().out == ""
    utils.Progbar(None, interval=0).update(4)
    assert "4/Unknown" in capsys.readouterr().out


@pytest.fixture
def model() -> Model:
    x = Input(shape=(4,), name="x")
    return Model(x, layers.Dense(2, name="y")(x))


def test_pictures_of_models(model: Model, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert (
        "dense" in str([text.get_text() for text in utils.plot_model(model).axes[0].texts]).lower()
    )
    assert Path("model.png").stat().st_size > 1000
    utils.plot_model(model, "deep/m.svg", True, False, True, "LR", dpi=60)
    assert "svg" in Path("deep/m.svg").read_text()
    dot = utils.model_to_dot(model, show_shapes=True, dpi=50)
    assert dot.create(prog="dot", format="svg").startswith(b"<?xml")
    dot.write_png("dot.png")
    assert Path("dot.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(ArgumentTypeError, match="show_shape"):
        utils.plot_model(model, None, show_shape=True)


def test_questions(model: Model) -> None:
    x, z = Input(shape=(2,)), Input(shape=(2,))
    joined = layers.Dense(1)(layers.Add()([x, z]))
    assert utils.get_source_inputs(joined) == [x, z]
    assert utils.is_keras_tensor(joined)
    assert not utils.is_keras_tensor(np.zeros(2))
    assert utils.pack_x_y_sample_weight(1, 2) == (1, 2)
    assert utils.unpack_x_y_sample_weight((1, 2)) == (1, 2, None)
    assert utils.unpack_x_y_sample_weight([1, 2, 3]) == (1, 2, 3)
    assert utils.unpack_x_y_sample_weight(1) == (1, None, None)
    assert utils.clear_session() is None
    utils.disable_interactive_logging()
    assert not utils.is_interactive_logging_enabled()
    utils.enable_interactive_logging()


def test_one_seed_for_all() -> None:
    def drawn() -> tuple[float, float, int]:
        utils.set_random_seed(7)
        return random.random(), float(GLOBAL.random()), seed()

    assert drawn() == drawn()
    assert seed() == 7
    utils.set_random_seed(0)


def test_former_names() -> None:
    assert utils.probas_to_classes([[0.2, 0.8], [0.6, 0.4]]).tolist() == [1, 0]
    assert utils.probas_to_classes([[0.2], [0.6]]).tolist() == [0, 1]
    assert utils.categorical_probas_to_classes([[0.2, 0.8]]).tolist() == [1]
    assert utils.multi_gpu_model("model", gpus=2) == "model"
    assert utils.to_ordinal([0, 2]).tolist() == [[0, 0], [1, 1]]
    with pytest.raises(UsageError, match="Repair"):
        utils.audio_dataset_from_directory("folder")
