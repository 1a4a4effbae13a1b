"""`import keras` and its many spellings, old names, and names that do not exist."""

from __future__ import annotations

import importlib
import pickle
import subprocess
import sys

import pytest

import pellucid.keras as modern
from pellucid.core.errors import UsageError
from pellucid.keras import finder
from pellucid.keras.names.classes import FORMER, SECOND
from pellucid.keras.names.modules import EMPTY, MODERN, OLD, PRIVATE_ROOTS, ROOTS
from pellucid.keras.unknown import MissingModuleError, MissingNameError
from tests.keras.running.conftest import said

pytestmark = pytest.mark.usefixtures("installed")
ABSENT = ("distribution", "dtype_policies", "export", "legacy", "quantizers", "visualization")


@pytest.mark.parametrize(
    "path",
    [
        "keras.layers",
        "keras.api.layers",
        "tf_keras.layers",
        "tensorflow.keras.layers",
        "tensorflow.python.keras.layers",
        "tensorflow.contrib.keras.layers",
        "tensorflow.compat.v1.keras.layers",
        "keras.api._v2.keras.layers",
        "keras.src.layers",
        "keras.src.layers.core.dense",
        "keras.layers.core",
        "keras.engine.topology",
        "keras.layers.experimental.preprocessing",
        "tensorflow.python.keras.layers.recurrent",
    ],
)
def test_all_paths_lead_to_the_same_layers(path: str):
    assert importlib.import_module(path).Dense is modern.layers.Dense


@pytest.mark.parametrize("inner", sorted(OLD))
def test_every_old_module_is_found_and_says_where_it_is_today(inner: str):
    if all(place.startswith("saving") for place in OLD[inner]):
        pytest.skip("no such module yet")
    module = importlib.import_module(f"keras.{inner}")
    assert dir(module)
    assert f"`keras.{inner}` is now" in said()


@pytest.mark.parametrize("name", sorted(MODERN - set(ABSENT)))
def test_every_public_module_is_found(name: str):
    module = importlib.import_module(f"tensorflow.keras.{name}")
    assert module.__name__ == f"tensorflow.keras.{name}"
    assert said() == ""


def test_private_trees_say_the_public_name():
    for root in PRIVATE_ROOTS:
        importlib.import_module(root)
        assert f"`{root}` was never public" in said()
    for name in EMPTY:
        assert isinstance(importlib.import_module(name), finder.StandIn)


def test_attributes_and_submodules_need_no_import():
    import tensorflow as tf

    assert tf.keras.layers.Dense is modern.layers.Dense
    assert tf.keras.layers.experimental.preprocessing.Rescaling is modern.layers.Rescaling
    assert tf.keras.optimizers.legacy.Adam is modern.optimizers.Adam
    assert tf.keras.optimizers.schedules.ExponentialDecay


def test_the_usual_ways_to_import():
    names: dict = {}
    exec(
        "from keras.layers import *\n"
        "from keras.models import Sequential as S, Model\n"
        "import keras.backend as K, tensorflow.keras.backend as K2\n"
        "from keras import backend as K3, utils\n"
        "from keras.utils import np_utils\n"
        "from tensorflow.keras.preprocessing.image import ImageDataGenerator\n"
        "from tensorflow.keras.preprocessing import sequence\n"
        "from keras.datasets import mnist\n"
        "from keras.callbacks import *\n"
        "from keras.optimizers import *\n"
        "from keras.losses import *\n",
        names,
    )
    assert names["Dense"] is modern.layers.Dense
    assert names["EarlyStopping"] is modern.callbacks.EarlyStopping
    assert names["ReduceLROnPlateau"] is modern.callbacks.ReduceLROnPlateau
    assert names["Adam"] is modern.optimizers.Adam
    assert names["adam"].modern is modern.optimizers.Adam
    assert names["categorical_crossentropy"]
    assert not {"Any", "TABLE", "annotations", "pellucid", "sys"} & set(names)
    assert names["K"].mean is names["K2"].mean is names["K3"].mean
    assert names["np_utils"].to_categorical is names["utils"].to_categorical
    assert names["sequence"].pad_sequences


def test_functions_of_a_script_can_be_put_into_a_module():
    import keras

    keras.losses.my_own_loss = len
    try:
        assert importlib.import_module("tensorflow.keras.losses").my_own_loss is len
    finally:
        del modern.losses.my_own_loss


@pytest.mark.parametrize(
    ("module", "old"), [(module, old) for module, table in FORMER.items() for old in table]
)
def test_every_old_class_has_a_modern_one(module: str, old: str):
    stands = getattr(importlib.import_module(f"keras.{module}"), old)
    assert stands.modern is getattr(getattr(modern, module), FORMER[module][old])
    assert f"`{old}` is now `{module}." in said()


@pytest.mark.parametrize(
    ("module", "name"), [(module, name) for module, table in SECOND.items() for name in table]
)
def test_every_second_name_has_a_first(module: str, name: str):
    found = getattr(importlib.import_module(f"keras.{module}"), name)
    first = SECOND[module][name]
    assert found == getattr(
        modern.losses if module == "metrics" else getattr(modern, module), first
    )


def test_old_classes_take_old_arguments_and_can_be_asked_for():
    from keras.layers import Convolution2D, CuDNNLSTM, MaxoutDense, ThresholdedReLU

    made = Convolution2D(8, 3, 5, border_mode="same", init="he_normal", input_shape=(9, 9, 1))
    assert isinstance(made, modern.layers.Conv2D)
    assert isinstance(made, Convolution2D)
    assert tuple(made.kernel_size) == (3, 5)
    assert made.padding == "same"
    assert "`Convolution2D` is now `layers.Conv2D`." in said()
    assert CuDNNLSTM(3).units == 3
    assert MaxoutDense(3).pieces == 4
    assert ThresholdedReLU(theta=0.5).threshold == 0.5

    class Mine(Convolution2D):
        pass

    assert issubclass(Mine, modern.layers.Conv2D)
    assert issubclass(modern.layers.Conv2D, Convolution2D)


def test_merge_joins_as_keras_1_did():
    from keras.layers import Input, merge

    a, b = Input(shape=(4,)), Input(shape=(4,))
    assert tuple(merge([a, b], mode="concat").shape) == (None, 8)
    assert tuple(merge([a, b], mode="sum").shape) == (None, 4)
    assert tuple(merge([a, b], mode="cos", dot_axes=1).shape) == (None, 1)
    assert "`merge(mode='concat')` is now `layers.concatenate`." in said()
    with pytest.raises(ValueError, match="mode of merge"):
        merge([a, b], mode="plus")


def test_an_unknown_attribute_names_the_nearest():
    import keras

    with pytest.raises(MissingNameError, match=r"`keras.layers.Densse` does not exist") as error:
        _ = keras.layers.Densse
    assert "keras.layers.Dense" in str(error.value)
    assert "docs/keras-scripts.md" in str(error.value)
    assert not hasattr(keras, "__nothing__")


def test_an_unknown_import_names_the_nearest():
    with pytest.raises(MissingModuleError, match=r"keras.layers.Densse") as error:
        exec("from tensorflow.python.keras.layers import Densse")
    assert "keras.layers.Dense" in str(error.value)
    with pytest.raises(ModuleNotFoundError, match=r"`keras.layerz` does not exist here") as error:
        importlib.import_module("keras.layerz")
    assert "keras.layers" in str(error.value)
    with pytest.raises(ImportError, match=r"tensorflow.python.profiler"):
        importlib.import_module("tensorflow.python.profiler.trace")


def test_names_of_tensorflow_are_known_too():
    import tensorflow as tf

    assert tf.is_tensor(tf.constant(1))
    with pytest.raises(MissingNameError) as error:
        _ = tf.reduce_meen
    assert "tensorflow.reduce_mean" in str(error.value)
    with pytest.raises(MissingNameError, match="sessions belong to TensorFlow 1"):
        _ = tf.Session


def test_a_refused_name_says_why():
    import keras

    with pytest.raises(MissingNameError, match=r"dropped by Keras 2") as error:
        _ = keras.layers.Highway
    assert "sigmoid" in str(error.value)


def test_an_error_from_inside_is_not_taken_for_a_missing_name(monkeypatch: pytest.MonkeyPatch):
    import keras

    def broken(name: str) -> object:
        return None.something  # type: ignore[attr-defined]

    monkeypatch.setattr(modern.layers, "__getattr__", broken)
    with pytest.raises(AttributeError, match="NoneType"):
        _ = keras.layers.NoSuchLayer


def test_sisters_are_explained():
    with pytest.raises(ModuleNotFoundError, match="needs TensorFlow itself"):
        importlib.import_module("tensorflow_probability")


def test_installing_twice_is_installing_once_and_it_can_be_undone():
    finder.install()
    assert sys.meta_path.count(finder._finder) == 1
    importlib.import_module("keras.layers")
    finder.uninstall()
    assert "keras" not in sys.modules
    assert finder._finder not in sys.meta_path


def test_real_frameworks_that_are_loaded_are_not_replaced(monkeypatch: pytest.MonkeyPatch):
    finder.uninstall()
    monkeypatch.setitem(sys.modules, "keras", sys)
    with pytest.raises(UsageError, match="was imported before"):
        finder.install()


def test_modules_reach_other_processes():
    import keras.layers

    content = pickle.dumps({"keras": keras, "layers": keras.layers})
    code = (
        "import pickle, sys\nfound = pickle.loads(bytes.fromhex(sys.argv[1]))\n"
        "print(found['layers'].Dense is found['keras'].layers.Dense)"
    )
    words = [sys.executable, "-c", code, content.hex()]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120)
    assert done.stdout == "True\n", done.stderr


def test_importing_pellucid_installs_nothing():
    code = (
        "import sys, pellucid, pellucid.keras, pellucid.keras.layers\n"
        "assert not any('pellucid' in type(f).__module__ for f in sys.meta_path)\n"
        "assert 'keras' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_roots_are_consistent():
    assert all(root in ROOTS for root in PRIVATE_ROOTS)
    assert not MODERN & set(OLD)


@pytest.mark.parametrize(
    ("module", "names"),
    [
        ("keras.layers", ["np", "K", "regularizers", "MaxPool2D", "Dense", "Convolution2D"]),
        ("keras.models", ["np", "K", "Sequential"]),
        ("keras.callbacks", ["np", "K", "EarlyStopping"]),
        ("keras.datasets", ["mnist", "imdb"]),
        ("keras.optimizers", ["K", "SGD"]),
    ],
)
def test_star_imports_give_what_files_of_keras_2_had(module, names):
    space = {}
    exec(f"from {module} import *", space)
    assert [name for name in names if name not in space] == []


def test_star_imports_of_tf_keras_give_its_own_names_alone():
    space = {}
    exec("from tensorflow.keras.layers import *", space)
    assert "Dense" in space
    assert "np" not in space
