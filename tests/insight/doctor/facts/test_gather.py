"""What the doctor reads off models and rows."""

import numpy as np
import pytest

import pellucid
from pellucid import Input, Model, Sequential, layers
from pellucid.core.errors import UsageError
from pellucid.insight.doctor.checks.inputs import no_ids
from pellucid.insight.doctor.facts.gather import gather
from pellucid.insight.doctor.facts.rows_of import column_of

RNG = np.random.default_rng(0)


def test_a_stack():
    model = Sequential(
        [
            Input((20,)),
            layers.Dense(8, activation="relu"),
            layers.Dropout(0.2),
            layers.Dense(4),
            layers.LeakyReLU(),
            layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile(
        pellucid.optimizers.SGD(0.1, momentum=0.9), "sparse_categorical_crossentropy", ["accuracy"]
    )
    facts = gather(
        model, RNG.normal(size=(100, 20)), np.arange(100) % 3, epochs=5, validation_split=0.2
    )
    assert [layer.path for layer in facts.layers] == [
        "dense",
        "dropout",
        "dense_1",
        "leaky_relu",
        "dense_2",
    ]
    assert [layer.activation for layer in facts.layers] == [
        "relu",
        "linear",
        "linear",
        "leaky_relu",
        "softmax",
    ]
    assert [layer.inputs for layer in facts.layers][:3] == [(), ("dense",), ("dropout",)]
    kernel = facts.layer("dense").weight("kernel")
    assert kernel.shape == (20, 8)
    assert kernel.spread == pytest.approx(np.sqrt(6 / 28) / np.sqrt(3), rel=0.1)  # Glorot's uniform
    (output,) = facts.outputs
    assert (output.layer, output.activation, output.units) == ("dense_2", "softmax", 3)
    assert (output.loss, output.metrics) == ("sparse_categorical_crossentropy", ("accuracy",))
    assert (facts.optimizer.name, facts.optimizer.learning_rate) == ("sgd", pytest.approx(0.1))
    assert facts.optimizer.arguments["momentum"] == 0.9
    assert (facts.fit.epochs, facts.fit.steps) == (5, 3)  # 80 rows in batches of 32
    assert facts.data.training.y[""].form == "classes"
    assert facts.unknown == ()


def test_a_graph_says_which_layer_is_fed_by_which():
    first, second = Input((4,), name="first"), Input((3,), name="second")
    encoder = Sequential([Input((4,)), layers.Dense(4), layers.Dense(2)], name="encoder")
    joined = layers.Concatenate()([encoder(first), layers.Dense(4)(second)])
    model = Model([first, second], {"u": layers.Dense(1)(joined), "v": layers.Dense(3)(joined)})
    model.compile(
        "adam", {"u": "mse", "v": pellucid.losses.SparseCategoricalCrossentropy(from_logits=True)}
    )
    x = [np.ones((9, 4)), np.ones((9, 3))]
    facts = gather(model, x, {"u": np.ones(9), "v": np.arange(9) % 3})
    feeds = {layer.path: layer.inputs for layer in facts.layers}
    assert feeds["encoder/dense_1"] == ("encoder/dense",)
    assert feeds["concatenate"] == ("encoder/dense_1", "dense")
    assert feeds["encoder/dense"] == ()
    assert [(o.name, o.layer, o.loss, o.from_logits) for o in facts.outputs] == [
        ("u", "dense_1", "mean_squared_error", False),
        ("v", "dense_2", "sparse_categorical_crossentropy", True),
    ]
    assert set(facts.data.training.x) == {"first", "second"}
    assert [facts.layer(path).given for path in ("encoder/dense", "dense", "concatenate")] == [
        ("first",),
        ("second",),
        (),
    ]


def test_two_inputs_of_one_shape_are_not_mistaken_for_each_other():
    users, films = Input((1,), name="users"), Input((1,), name="films")
    tables = [layers.Embedding(5, 2)(users), layers.Embedding(90, 2)(films)]
    model = Model([users, films], layers.Dense(1)(layers.Flatten()(layers.Add()(tables))))
    model.compile("adam", "mse")
    facts = gather(model, [np.arange(90)[:, None] % 5, np.arange(90)[:, None]], np.ones(90))
    assert not list(no_ids.findings(facts))


def test_layers_that_prepare_rows_on_the_host_give_the_inputs():
    texts = np.array(["one two", "two three"] * 5)
    words = layers.TextVectorization(10, output_sequence_length=4)
    words.adapt(texts)
    table = layers.Embedding(10, 2)
    model = Sequential([words, table, layers.Flatten(), layers.Dense(1)])
    model.compile("adam", "mse")
    facts = gather(model, texts, np.ones(10))
    assert facts.layer("embedding").inputs == ()
    assert facts.data.training.x[""].shape == (4,)


def test_metrics_belong_to_their_outputs():
    given = Input((3,))
    a, b = layers.Dense(1, name="a")(given), layers.Dense(1, activation="sigmoid", name="b")(given)
    model = Model(given, {"a": a, "b": b})
    model.compile("adam", {"a": "mse", "b": "binary_crossentropy"}, metrics={"b": ["accuracy"]})
    facts = gather(model, np.ones((4, 3)), {"a": np.ones(4), "b": np.arange(4) % 2})
    assert [output.metrics for output in facts.outputs] == [(), ("accuracy",)]


class Own(Model):
    """A model with a layer of its own."""

    def __init__(self):
        super().__init__()
        self.hidden = layers.Dense(4, activation="tanh")
        self.last = layers.Dense(1)

    def call(self, x):
        return self.last(self.hidden(x))


def test_a_class_of_ones_own_and_a_loss_of_ones_own():
    model = Own()
    model.compile(
        pellucid.optimizers.Adam(pellucid.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)),
        lambda y, p: (y - p) ** 2,
    )
    facts = gather(model, RNG.normal(size=(64, 3)), RNG.normal(size=64), epochs=10, batch_size=16)
    assert [layer.path for layer in facts.layers] == ["hidden", "last"]
    assert facts.layers[1].inputs is None
    (output,) = facts.outputs
    assert (output.loss, output.own_loss, output.layer) == (None, True, None)
    assert facts.optimizer.rates[0] == pytest.approx(0.1)
    assert facts.optimizer.rates[-1] == pytest.approx(0.1 * 0.5**3.9, rel=1e-3)


def test_nothing_of_the_model_changes():
    model = Own()
    model.compile("adam", "mse")
    x, y = RNG.normal(size=(64, 3)), RNG.normal(size=64)
    plain = Own()
    plain.compile("adam", "mse")
    gather(model, x, y)
    one = model.fit(x, y, epochs=2, verbose=0).history["loss"]
    assert one == plain.fit(x, y, epochs=2, verbose=0).history["loss"]


def test_rows_that_are_not_finite_are_read_as_they_are():
    model = Sequential([layers.Dense(1)])
    model.compile("sgd", "mse")
    x = np.ones((10, 2))
    x[3, 1] = np.nan
    facts = gather(model, x, np.ones(10))
    assert np.isnan(facts.data.training.x[""].rows).sum() == 1


def test_a_stream_is_not_looked_at():
    model = Sequential([Input((2,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    batches = ((np.ones((4, 2)), np.ones(4)) for _ in range(3))
    facts = gather(model, batches)
    assert facts.data is None
    assert "stream" in facts.unknown[0]
    assert len(list(batches)) == 3
    fresh = Sequential([layers.Dense(1)])
    fresh.compile("sgd", "mse")
    with pytest.raises(UsageError, match="does not know their shape"):
        gather(fresh, batches)


def test_a_model_that_is_not_compiled_is_refused():
    with pytest.raises(UsageError, match="no optimizer"):
        gather(Sequential([layers.Dense(1)]), np.ones((2, 2)), np.ones(2))


@pytest.mark.parametrize(
    ("values", "form"),
    [
        (np.eye(3)[[0, 1, 2, 0]], "one-hot"),
        (np.array([[0, 1, 1], [0, 0, 0], [1, 1, 1]]), "multi-hot"),
        (np.array([0, 1, 1, 0]), "yes-no"),
        (np.array([0, 1, 2, 1] * 9), "classes"),
        (np.array(["b", "a", "c"] * 9), "classes"),
        (np.array([[0.5], [1.5]]), "numbers"),
        (np.arange(90), "numbers"),
        (np.array([-1, 1] * 20), "numbers"),
        (np.random.default_rng(0).normal(size=(5, 2)), "numbers"),
    ],
)
def test_what_targets_look_like(values, form):
    assert column_of("", values).form == form


def test_a_sample_of_many_rows_is_spread_over_all():
    column = column_of("", np.arange(50_000.0))
    assert (len(column.rows), column.rows[0], column.rows[-1]) == (2000, 0, 49_999)
    assert (column.count, column.high) == (50_000, 49_999)


def test_weights_of_losses_and_rows():
    inputs = Input((4,))
    hidden = layers.Dense(8, activation="relu")(inputs)
    ends = {name: layers.Dense(1, name=name)(hidden) for name in ("a", "b")}
    model = Model(inputs, ends)
    model.compile("sgd", {"a": "mse", "b": "mse"}, loss_weights={"a": 0.5})
    x, y = RNG.normal(size=(40, 4)), RNG.normal(size=(40, 1))
    facts = gather(model, x, {"a": y, "b": y})
    assert [output.loss_weight for output in facts.outputs] == [0.5, 1.0]
    assert (facts.fit.mean_weight, facts.fit.counting) == (None, 1.0)
    single = Sequential([Input((4,)), layers.Dense(1)])
    single.compile("sgd", "mse")
    facts = gather(single, x, y, sample_weight=np.repeat([0.0, 3.0], 20))
    assert (facts.outputs[0].loss_weight, facts.fit.mean_weight) == (None, 1.5)
    assert facts.fit.weighted and facts.fit.counting == 0.5
