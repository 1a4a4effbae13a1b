"""Several inputs and several outputs: losses, weights, metrics and columns by output, against NumPy and Keras."""

import jax
import numpy as np
import pytest

import pellucid
from pellucid import Input, Model, layers
from pellucid.core.errors import ArgumentError, DataError, ShapeError, TargetError
from pellucid.training import cache

random = np.random.default_rng(0)
X = random.standard_normal((22, 3)).astype("float32")
AGE = (X @ [1.0, -2.0, 0.5])[:, None].astype("float32")
SEX = np.where(X[:, 0] > 0, "f", "m")
KIND = random.integers(0, 3, 22)


def two(loss=None, **choices):
    """A graph with a number and three classes, named so that their order is not the alphabet's."""
    x = Input(shape=(3,))
    hidden = layers.Dense(4, activation="tanh")(x)
    age = layers.Dense(1, name="year")(hidden)
    kind = layers.Dense(3, activation="softmax", name="kind")(hidden)
    model = Model(x, [age, kind])
    model.compile(
        pellucid.optimizers.SGD(0.1), loss or ["mse", "sparse_categorical_crossentropy"], **choices
    )
    return model


class Forked(Model):
    """A subclass that gives a dict or a tuple."""

    def __init__(self, form=dict):
        super().__init__()
        self.form = form
        self.left = layers.Dense(1)
        self.right = layers.Dense(1, activation="sigmoid")

    def call(self, inputs):
        if self.form is dict:
            return {"sex": self.right(inputs), "age": self.left(inputs)}
        return self.form([self.left(inputs), self.right(inputs)])


def crossentropy(probabilities, classes):
    return -np.log(probabilities[np.arange(len(classes)), classes])


def test_total_and_parts_equal_numpy():
    model = two(loss_weights=[0.5, 2.0])
    found = model.evaluate(X, [AGE, KIND], batch_size=7, verbose=0, return_dict=True)
    year, kind = model.predict(X)
    first, second = ((year - AGE) ** 2).mean(), crossentropy(kind, KIND).mean()
    assert found["year_loss"] == pytest.approx(first, rel=1e-5)
    assert found["kind_loss"] == pytest.approx(second, rel=1e-5)
    assert found["loss"] == pytest.approx(0.5 * first + 2 * second, rel=1e-5)


def test_columns_are_loss_outputs_metrics_and_those_of_validation():
    model = two(metrics={"kind": ["accuracy"], "year": ["mae", "mse"]})
    history = model.fit(X, [AGE, KIND], validation_split=0.2, epochs=2, verbose=0)
    names = ["loss", "year_loss", "kind_loss", "kind_accuracy", "year_mae", "year_mse"]
    assert list(history.history) == [*names, *(f"val_{n}" for n in names), "learning_rate"]
    total = np.add(history.history["year_loss"], history.history["kind_loss"])
    np.testing.assert_allclose(history.history["loss"], total, rtol=1e-5)
    values = model.evaluate(X, [AGE, KIND], verbose=0)
    assert len(values) == len(names)


def test_list_tuple_and_dict_train_the_same():
    weights = []
    for loss, y in (
        (["mse", "sparse_categorical_crossentropy"], [AGE, KIND]),
        (("mse", "sparse_categorical_crossentropy"), (AGE, KIND)),
        (
            {"kind": "sparse_categorical_crossentropy", "year": "mse"},
            {"kind": KIND, "year": AGE},
        ),
    ):
        model = two(loss)
        model.fit(X, y, epochs=2, batch_size=8, verbose=0)
        weights.append(model.get_weights())
    for other in weights[1:]:
        assert all(np.array_equal(a, b) for a, b in zip(weights[0], other, strict=True))


def test_one_output_of_two_trains_as_a_model_of_it_alone():
    both = two({"year": "mse"})
    history = both.fit(X, {"year": AGE}, epochs=3, batch_size=8, verbose=0)
    alone = Model(both.inputs, both.outputs[0]).clone()
    alone.compile(pellucid.optimizers.SGD(0.1), "mse")
    lone = alone.fit(X, AGE, epochs=3, batch_size=8, verbose=0)
    assert list(history.history) == ["loss", "learning_rate"]
    np.testing.assert_allclose(history.history["loss"], lone.history["loss"], rtol=1e-5)
    np.testing.assert_array_equal(both.get_weights()[4], two().get_weights()[4])


def test_an_output_without_loss_may_have_targets_and_metrics():
    model = two({"year": "mse"}, metrics={"kind": ["accuracy"]})
    found = model.evaluate(X, [AGE, KIND], verbose=0, return_dict=True)
    expected = (model.predict(X)[1].argmax(1) == KIND).mean()
    assert found["kind_accuracy"] == pytest.approx(expected, abs=1e-6)
    assert two(["mse", None]).fit(X, [AGE, None], verbose=0).ended == "epochs"


def test_loss_weights_compile_nothing_and_count():
    cache.clear()
    found = []
    for weight in (0.1, 0.7, 3.0):
        model = two(loss_weights={"kind": weight})
        model.fit(X, [AGE, KIND], epochs=1, verbose=0)
        found.append(model.get_weights()[0])
    (program,) = cache._programs.values()
    assert program._cache_size() == 1
    assert not np.array_equal(found[0], found[1])


def test_sample_weights_for_all_or_by_output():
    weight, other = random.random(22), random.random(22)
    model = two(metrics={"kind": ["accuracy"]})
    year, kind = model.predict(X)
    squares, entropies = ((year - AGE) ** 2).ravel(), crossentropy(kind, KIND)
    for given, first, second in (
        (weight, weight, weight),
        ({"year": weight}, weight, np.ones(22)),
        ([weight, other], weight, other),
        ([None, other], np.ones(22), other),
    ):
        found = model.evaluate(
            X, [AGE, KIND], sample_weight=given, batch_size=9, verbose=0, return_dict=True
        )
        assert found["year_loss"] == pytest.approx((squares * first).mean(), rel=1e-5)
        assert found["kind_loss"] == pytest.approx((entropies * second).mean(), rel=1e-5)
        right = np.average(kind.argmax(1) == KIND, weights=second)
        assert found["kind_accuracy"] == pytest.approx(right, rel=1e-5)


@pytest.mark.parametrize("form", [dict, list, tuple])
def test_subclasses_may_give_dicts_lists_and_tuples(form):
    model = Forked(form)
    names = ("age", "sex") if form is dict else ("output_0", "output_1")
    model.compile("sgd", dict(zip(names, ["mse", "binary_crossentropy"], strict=True)))
    y = dict(zip(names, [AGE, SEX], strict=True))
    history = model.fit(X, y, epochs=1, verbose=0)
    assert list(history.history)[:3] == ["loss", f"{names[0]}_loss", f"{names[1]}_loss"]
    assert model.classes[names[1]].tolist() == ["f", "m"]
    assert isinstance(model.predict(X), form)


def test_the_most_likely_labels_come_by_output():
    model = Forked()
    model.compile("sgd", {"age": "mse", "sex": "binary_crossentropy"})
    model.fit(X, {"age": AGE, "sex": SEX}, verbose=0)
    found = model.predict_classes(X)
    assert list(found) == ["sex"]
    assert found["sex"].tolist() == np.where(model.predict(X)["sex"][:, 0] > 0.5, "m", "f").tolist()


def test_the_losses_follow_from_the_last_layers_when_none_is_given():
    model = Forked()
    model.compile("sgd")
    model.fit(X, {"age": AGE, "sex": SEX}, verbose=0)
    used = model._session.loss.losses
    assert {name: loss.name for name, loss in used.items()} == {
        "age": "mean_squared_error",
        "sex": "binary_crossentropy",
    }


def test_softmax_and_crossentropy_are_fused_for_each_output():
    x = Input(shape=(3,))
    steep = layers.Dense(2, activation="softmax", name="steep", kernel_initializer="zeros")
    steep.bias_initializer = pellucid.initializers.get("zeros")
    model = Model(x, [steep(x), layers.Dense(1, name="other")(x)])
    model.compile("sgd", {"steep": "sparse_categorical_crossentropy"})
    kernel = np.array([[500.0, -500.0]] * 3, "float32")
    model.set_weights([kernel, np.zeros(2, "float32"), *model.get_weights()[2:]])
    found = model.evaluate(np.ones((4, 3)), [np.ones(4, int), None], verbose=0)
    assert found == pytest.approx(3000.0)


def test_many_inputs_of_different_dtypes_by_list_and_by_name():
    word = Input(shape=(2,), dtype="int32", name="word")
    size = Input(shape=(3,), name="size")
    joined = layers.Dense(1)(size) + layers.Dense(1, name="sum")(word * 1.0)
    words = random.integers(0, 9, (22, 2))
    weights = []
    for x in ({"size": X, "word": words}, [words, X], (words, X)):
        model = Model([word, size], joined).clone()
        model.compile("sgd", "mse")
        model.fit(x, AGE, validation_data=(x, AGE), epochs=1, batch_size=5, verbose=0)
        weights.append(model.get_weights())
        assert model.predict(x).shape == (22, 1)
        assert model.evaluate(x, AGE, verbose=0) > 0
    for other in weights[1:]:
        assert all(np.array_equal(a, b) for a, b in zip(weights[0], other, strict=True))


class Pair(Model):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(1)

    def call(self, inputs):
        return self.dense(inputs["one"]) + self.dense(inputs["two"])


def fitted_pair():
    model = Pair()
    model.compile("sgd", "mse")
    model.fit({"one": X, "two": X}, AGE, verbose=0)
    return model


REFUSED_INPUTS = {
    "a missing key": ({"one": X}, ["lacks 'two'", "one, two"]),
    "a misspelt key": ({"one": X, "tow": X}, ["has 'tow'", "write 'two'"]),
    "a list": ([X, X], ["2 inputs (one, two)", "'one': ..."]),
    "one array": (X, ["2 inputs", "one array"]),
    "another shape": ({"one": X, "two": X[:, :2]}, ["'two'", "2 features"]),
    "other rows": ({"one": X, "two": X[:5]}, ["22", "5", "x['two']"]),
}


@pytest.mark.parametrize("case", REFUSED_INPUTS)
def test_wrong_inputs_are_refused_in_words(case):
    x, words = REFUSED_INPUTS[case]
    with pytest.raises((ArgumentError, DataError, ShapeError)) as error:
        fitted_pair().predict(x)
    assert all(word in str(error.value) for word in words), str(error.value)


def graph(*arguments, y=None, **fit):
    two(*arguments).fit(X, [AGE, KIND] if y is None else y, verbose=0, **fit)


def with_metrics(metrics):
    two(metrics=metrics)


REFUSED = {
    "a misspelt output in loss": (
        lambda: two({"yaer": "mse"}),
        ["`loss` names 'yaer'", "year, kind", "write 'year'"],
    ),
    "too many losses": (lambda: two(["mse"] * 3), ["2 outputs", "list of 3", "loss={'year': ..."]),
    "a misspelt loss in a dict": (lambda: two({"year": "msee"}), ["'msee'", "mse"]),
    "metrics for nobody": (lambda: with_metrics(["accuracy"]), ["2 outputs", "metrics={'year':"]),
    "a misspelt output in metrics": (lambda: with_metrics({"kid": "accuracy"}), ["write 'kind'"]),
    "loss weights as text": (lambda: two(loss_weights={"year": "1"}), ["`loss_weights`", "'1'"]),
    "loss weights of another length": (
        lambda: two(loss_weights=[1.0]).fit(X, [AGE, KIND], verbose=0),
        ["`loss_weights`", "list of 1"],
    ),
    "one array of targets": (lambda: graph(y=AGE), ["2 outputs", "`y` is one array", "y={'year'"]),
    "a missing target": (lambda: graph(y={"year": AGE}), ["'kind'", "loss", "no targets"]),
    "a misspelt target": (lambda: graph(y={"year": AGE, "knid": KIND}), ["write 'kind'"]),
    "targets of another length": (lambda: graph(y=[AGE, KIND[:9]]), ["y['kind']", "9", "22"]),
    "labels out of range": (
        lambda: graph(y=[AGE, KIND + 5 * (KIND == 2) + 7 * (KIND == 1) * (AGE[:, 0] > 0)]),
        ["layer 'kind'", "y['kind']"],
    ),
    "class weights": (lambda: graph(class_weight={0: 2.0}), ["class_weight", "sample_weight="]),
    "a wrong sample weight": (
        lambda: graph(sample_weight={"year": -np.ones(22)}),
        ["sample_weight['year']", "negative"],
    ),
    "a monitor that is not there": (
        lambda: graph(callbacks=[pellucid.callbacks.EarlyStopping("year_los")]),
        ["year_los", "year_loss"],
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_wrong_choices_are_refused_in_words(case):
    call, words = REFUSED[case]
    with pytest.raises((ValueError, RuntimeError, TargetError)) as error:
        call()
    assert all(word in str(error.value) for word in words), str(error.value)


def test_choices_for_one_output_may_stand_in_lists_and_dicts():
    weights = []
    for loss, metrics, factor in (("mse", ["mae"], None), (["mse"], [["mae"]], [1.0])):
        model = pellucid.Sequential([layers.Dense(1, name="last")])
        model.compile("sgd", loss, metrics, loss_weights=factor)
        history = model.fit(X, AGE, epochs=1, verbose=0)
        assert list(history.history) == ["loss", "mae", "learning_rate"]
        weights.append(model.get_weights()[0])
    model = pellucid.Sequential([layers.Dense(1, name="last")])
    model.compile("sgd", {"last": "mse"}, {"last": ["mae"]}, loss_weights={"last": 1.0})
    model.fit(X, {"last": AGE}, verbose=0)
    assert np.array_equal(weights[0], weights[1])
    np.testing.assert_array_equal(model.get_weights()[0], weights[0])


def test_a_loss_weight_scales_the_loss_of_one_output():
    model = pellucid.Sequential([layers.Dense(1)])
    model.compile("sgd", "mse", loss_weights=0.25)
    found = model.evaluate(X, AGE, verbose=0)
    assert found == pytest.approx(0.25 * ((model.predict(X) - AGE) ** 2).mean(), rel=1e-5)


def test_early_stopping_watches_an_outputs_loss():
    stopper = pellucid.callbacks.EarlyStopping("val_year_loss", patience=1, min_delta=10.0)
    model = two()
    history = model.fit(
        X, [AGE, KIND], validation_split=0.3, epochs=9, callbacks=[stopper], verbose=0
    )
    assert history.ended == "early stopping"
    assert len(history.epoch) == 2


def test_train_on_batch_and_test_on_batch_tell_the_parts():
    model = two()
    logs = model.train_on_batch(X, [AGE, KIND], return_dict=True)
    assert list(logs) == ["loss", "year_loss", "kind_loss"]
    assert list(model.test_on_batch(X, [AGE, KIND], return_dict=True)) == list(logs)


def test_a_saved_model_keeps_labels_and_choices_by_output(tmp_path):
    model = Model(*_forked_graph())
    model.compile("sgd", {"sex": "binary_crossentropy"}, {"sex": ["accuracy"]}, loss_weights=[1, 2])
    model.fit(X, [AGE, SEX], verbose=0)
    model.save(tmp_path / "model.safetensors")
    again = pellucid.load(tmp_path / "model.safetensors")
    assert again.classes["sex"].tolist() == ["f", "m"]
    before = model.evaluate(X, [AGE, SEX], verbose=0)
    assert again.evaluate(X, [AGE, SEX], verbose=0) == before


def _forked_graph():
    x = Input(shape=(3,))
    return x, [layers.Dense(1, name="age")(x), layers.Dense(1, "sigmoid", name="sex")(x)]


@pytest.mark.oracle
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_columns_values_and_weights_equal_keras():
    keras = pytest.importorskip("keras", reason="oracle extra")
    with jax.legacy_prng_key("allow"):
        compare(keras)


def compare(keras):
    entrance = keras.Input((3,))
    outputs = [
        keras.layers.Dense(1, name="year")(entrance),
        keras.layers.Dense(3, activation="softmax", name="kind")(entrance),
    ]
    theirs = keras.Model(entrance, outputs)
    x = Input(shape=(3,))
    ours = Model(x, [layers.Dense(1, name="year")(x), layers.Dense(3, "softmax", name="kind")(x)])
    ours.set_weights(theirs.get_weights())
    choices = {
        "loss": {"year": "mse", "kind": "sparse_categorical_crossentropy"},
        "loss_weights": {"year": 0.3, "kind": 1.5},
        "metrics": {"year": ["mae", "mse"], "kind": ["accuracy"]},
    }
    theirs.compile(keras.optimizers.SGD(0.1), **choices)
    ours.compile(pellucid.optimizers.SGD(0.1), **choices)
    fit = {"batch_size": 11, "epochs": 3, "shuffle": False, "verbose": 0}
    held = (X, {"year": AGE, "kind": KIND})
    reference = theirs.fit(*held, validation_data=held, **fit).history
    history = ours.fit(*held, validation_data=held, **fit).history
    assert sorted(history) == sorted([*reference, "learning_rate"])
    for name, values in reference.items():
        np.testing.assert_allclose(history[name], values, rtol=2e-5, atol=1e-6, err_msg=name)
    np.testing.assert_allclose(
        ours.evaluate(*held, verbose=0), theirs.evaluate(*held, verbose=0), rtol=2e-5
    )
    for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
