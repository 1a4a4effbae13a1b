# ruff: noqa: E501 (rows of a table)
"""Mistakes in layers, losses, metrics and steps of the user's own: the error names the thing, the line and a repair.

A row is the code with the mistake, whose line ends in ``# here``; the words that the error and its notes must hold; and what
the mistaken line is replaced by (or the whole code, where more than a line changes): the repaired code must run.
"""

import textwrap
import traceback

import numpy as np
import pytest

import pellucid

SETUP = """
import random
import jax
import jax.numpy as jnp
import numpy as np
import pellucid
from pellucid import Layer, Model, Sequential, layers, losses, metrics
x = np.random.default_rng(0).random((12, 4)).astype("float32")
y = x.sum(1, keepdims=True)
def train(*own, loss="mse", metrics=None):
    model = Sequential([layers.Dense(4), *own, layers.Dense(1)])
    model.compile("sgd", loss, metrics=metrics)
    model.fit(x, y, batch_size=4, verbose=0)
"""


def layer(body, before=""):
    """Write a layer whose `call` has this body."""
    return f"{before}\nclass Mine(Layer):\n    def call(self, inputs):\n{textwrap.indent(textwrap.dedent(body), '        ')}\ntrain(Mine())"


def loss(body):
    """Write a loss function with this body."""
    return f"def mine(y_true, y_pred):\n{textwrap.indent(textwrap.dedent(body), '    ')}\ntrain(loss=mine)"


MISTAKES = {
    # Values that exist only when the program runs.
    "if on an array": (
        layer("if inputs.sum() > 0:  # here\n    return inputs\nreturn -inputs"),
        ["Mine", "`if`", "jnp.where"],
        layer("return jnp.where(inputs.sum() > 0, inputs, -inputs)"),
    ),
    "while on an array": (
        layer("size = inputs.sum()\nwhile size > 1:  # here\n    size = size / 2\nreturn inputs * size"),
        ["Mine", "`while`", "jnp.where"],
        layer("size = inputs.sum()\nreturn inputs * jnp.where(size > 1, size / 2, size)"),
    ),
    "and between arrays": (
        layer("return jnp.where((inputs > 0) and (inputs < 1), inputs, 0)  # here"),
        ["Mine", "`and`", "&"],
        "return jnp.where((inputs > 0) & (inputs < 1), inputs, 0)",
    ),
    "max of Python": (
        layer("return max(inputs, 0)  # here"), ["Mine", "jnp.maximum"], "return jnp.maximum(inputs, 0)",
    ),
    "a function of NumPy": (
        layer("return np.tanh(inputs)  # here"), ["Mine", "jnp.tanh instead of np.tanh"], "return jnp.tanh(inputs)",
    ),
    "float of an array": (
        layer("return inputs * float(inputs.mean())  # here"), ["Mine", "`float(...)`", "leave it away"],
        "return inputs * inputs.mean()",
    ),
    "range over an array": (
        layer("for _ in range(jnp.argmax(inputs)):  # here\n    inputs = inputs / 2\nreturn inputs"),
        ["Mine", "`range`", "fori_loop"],
        "for _ in range(inputs.shape[-1]):",
    ),
    "printing with a format": (
        layer("print(f'{inputs.mean():.2f}')  # here\nreturn inputs"), ["Mine", "jax.debug.print"],
        "jax.debug.callback(lambda size: None, inputs.mean())",
    ),
    # Shapes that depend on values.
    "a boolean mask": (
        layer("return inputs * inputs[inputs > 0].mean()  # here"), ["Mine", "mask", "jnp.where"],
        "return inputs * (inputs * (inputs > 0)).sum() / (inputs > 0).sum()",
    ),
    "places where something holds": (
        layer("return inputs + jnp.nonzero(inputs > 0)[0].size  # here"), ["Mine", "size=..."],
        "return inputs + (inputs > 0).sum()",
    ),
    "a shape from values": (
        layer("return inputs + jnp.zeros(inputs.sum())[0]  # here"), ["Mine", "shape", "x.shape"],
        "return inputs + jnp.zeros(inputs.shape[-1])[0]",
    ),
    "shapes that do not fit": (
        layer("return inputs @ jnp.ones((3, 4))  # here"), ["Mine", "shape"], "return inputs @ jnp.ones((4, 4))",
    ),
    # Arrays do not change, and are no tensors of another library.
    "changing an array in place": (
        layer("inputs[0] = 1  # here\nreturn inputs"), ["Mine", "x.at[index].set"], "inputs = inputs.at[0].set(1)",
    ),
    "numpy() of an array": (
        layer("return inputs + inputs.numpy().mean()  # here"), ["Mine", "leave it away"], "return inputs + inputs.mean()",
    ),
    "a method of PyTorch": (
        layer("return inputs.unsqueeze(-1)[..., 0]  # here"), ["Mine", "PyTorch", "x[..., None]"],
        "return inputs[..., None][..., 0]",
    ),
    "a function of PyTorch": (
        layer("return torch.relu(inputs)  # here", "import torch"), ["Mine", "PyTorch", "jax.nn"],
        "return jax.nn.relu(inputs)",
    ),
    "an index that is no integer": (
        layer("return inputs[:, jnp.arange(4.0)]  # here"), ["Mine", "astype('int32')"], "return inputs[:, jnp.arange(4)]",
    ),
    "a bit operation on numbers": (
        layer("return inputs * ~inputs  # here"), ["Mine", "float32"], "return inputs * ~(inputs > 0)",
    ),
    "an array kept from an earlier trace": (
        layer("seen.append(inputs)\nreturn inputs + seen[0].mean()  # here", "seen = []"),
        ["Mine", "kept", "return it"],
        layer("return inputs"),
    ),
    # Layers.
    "call without return": (
        "class Mine(Layer):\n    def call(self, inputs):  # here\n        inputs * 2\ntrain(Mine())",
        ["Mine", "returned None", "return outputs"],
        layer("return inputs * 2"),
    ),
    "an attribute assigned in call": (
        layer("self.last = inputs  # here\nreturn inputs"), ["Mine", "`self.last`", "add_weight"], "last = inputs",
    ),
    "weights made in call": (
        layer("return inputs * self.add_weight(shape=(4,))  # here"), ["Mine", "`add_weight`", "build"],
        "return inputs * 2",
    ),
    "a layer made in call": (
        layer("return layers.Dense(4)(inputs)  # here"), ["Mine", "__init__", "self.dense"], "return inputs",
    ),
    "a parameter assigned in call": (
        """
        class Mine(Layer):
            def build(self, input_shape):
                self.scale = self.add_weight(shape=(4,))
            def call(self, inputs):
                self.scale = self.scale + 1  # here
                return inputs * self.scale
        train(Mine())
        """,
        ["Mine", "`scale`", "read-only", "trainable=False"],
        "scale = self.scale + 1",
    ),
    "weights in a list": (
        """
        class Mine(Layer):
            def build(self, input_shape):
                self.scales = [self.add_weight(shape=(4,)) for _ in range(2)]  # here
            def call(self, inputs):
                return inputs
        train(Mine())
        """,
        ["Mine", "`scales`", "setattr"],
        "self.scale = self.add_weight(shape=(4,))",
    ),
    "an array as attribute": (
        """
        class Mine(Layer):
            def __init__(self):
                super().__init__()
                self.table = jnp.ones(4)  # here
            def call(self, inputs):
                return inputs * self.table
        train(Mine())
        """,
        ["Mine", "`table`", "NumPy"],
        "self.table = np.ones(4, 'float32')",
    ),
    "build without the shape": (
        """
        class Mine(Layer):
            def build(self):  # here
                self.scale = self.add_weight(shape=(4,))
            def call(self, inputs):
                return inputs * self.scale
        train(Mine())
        """,
        ["Mine", "build", "input_shape"],
        "def build(self, input_shape):",
    ),
    "an argument that build cannot get": (
        """
        class Mine(Layer):
            def build(self, input_shape, units):  # here
                self.scale = self.add_weight(shape=(4,))
            def call(self, inputs):
                return inputs * self.scale
        train(Mine())
        """,
        ["Mine", "`units`", "input_shape"],
        "def build(self, input_shape, units=None):",
    ),
    "call without inputs": (
        """
        class Mine(Layer):
            def call(self):  # here
                return self.inputs
        train(Mine())
        """,
        ["Mine", "call", "inputs"],
        """
        class Mine(Layer):
            def call(self, inputs):
                return inputs
        train(Mine())
        """,
    ),
    "a class instead of a layer": (
        """
        class Mine(Layer):
            def __init__(self):
                super().__init__()
                self.dense = layers.Dense
            def call(self, inputs):
                return self.dense(inputs)  # here
        train(Mine())
        """,
        ["Dense", "units"],
        """
        class Mine(Layer):
            def __init__(self):
                super().__init__()
                self.dense = layers.Dense(4)
            def call(self, inputs):
                return self.dense(inputs)
        train(Mine())
        """,
    ),
    "layers in a default argument": (
        """
        class Mine(Model):
            def __init__(self, blocks=[]):  # here
                super().__init__()
                blocks.append(layers.Dense(4))
                self.blocks = blocks
            def call(self, inputs):
                for block in self.blocks:
                    inputs = block(inputs)
                return inputs
        train(Mine())
        """,
        ["Mine", "`blocks`", "blocks=None"],
        """
        class Mine(Model):
            def __init__(self, blocks=None):
                super().__init__()
                self.blocks = [*(blocks or []), layers.Dense(4)]
            def call(self, inputs):
                for block in self.blocks:
                    inputs = block(inputs)
                return inputs
        train(Mine())
        """,
    ),
    "a loss of a whole array added": (
        layer("self.add_loss(inputs**2)  # here\nreturn inputs"), ["Mine", "`add_loss`", "jnp.mean"],
        "self.add_loss(jnp.mean(inputs**2))",
    ),
    # Randomness that is drawn once.
    "Python's random": (
        layer("return inputs * random.random()  # here"), ["random", "self.random_key()"],
        "return inputs * jax.random.uniform(self.random_key())",
    ),
    "NumPy's random": (
        layer("return inputs + np.random.normal(size=4)  # here"), ["np.random", "self.random_key()"],
        "return inputs + jax.random.normal(self.random_key(), (4,))",
    ),
    # Losses and metrics.
    "a loss over the wrong axis": (
        loss("return jnp.mean((y_true - y_pred) ** 2, axis=0)  # here"), ["'mine'", "(4,)", "axis=-1"],
        "return jnp.mean((y_true - y_pred) ** 2, axis=-1)",
    ),
    "a loss without return": (
        "def mine(y_true, y_pred):  # here\n    jnp.mean((y_true - y_pred) ** 2, axis=-1)\ntrain(loss=mine)",
        ["'mine'", "None", "return"],
        loss("return jnp.mean((y_true - y_pred) ** 2, axis=-1)"),
    ),
    "if in a loss": (
        loss("error = jnp.abs(y_true - y_pred)\nif error.mean() > 1:  # here\n    return error\nreturn error**2"),
        ["'mine'", "`if`", "jnp.where"],
        loss("error = jnp.abs(y_true - y_pred)\nreturn jnp.where(error > 1, error, error**2)"),
    ),
    "NumPy in a loss": (
        loss("return np.mean((y_true - y_pred) ** 2, axis=-1) + np.log(y_pred)[..., 0]  # here"), ["'mine'", "jnp."],
        "return jnp.mean((y_true - y_pred) ** 2, axis=-1)",
    ),
    "a loss that counts": (
        loss("return ((y_pred > 0.5) != (y_true > 0.5)).astype('float32')  # here"),
        ["'mine'", "gradient is zero", "sigmoid"],
        "return (jax.nn.sigmoid(10 * (y_pred - 0.5)) - (y_true > 0.5)) ** 2",
    ),
    "a loss of the largest place": (
        loss("return (jnp.argmax(y_pred, axis=-1) - y_true[:, 0]) ** 2  # here"), ["'mine'", "gradient is zero", "softmax"],
        "return (y_pred - y_true) ** 2",
    ),
    "a model that rounds": (
        """
        class Mine(Model):
            def __init__(self):
                super().__init__()
                self.dense = layers.Dense(1)
            def call(self, inputs):
                return jnp.round(self.dense(inputs))  # here
        model = Mine()
        model.compile("sgd", "mse")
        model.fit(x, y, verbose=0)
        """,
        ["Mine", "gradient is zero", "round"],
        "return self.dense(inputs)",
    ),
    "a metric over the wrong axis": (
        "def mine(y_true, y_pred):\n    return jnp.abs(y_true - y_pred).mean(axis=0)  # here\ntrain(metrics=[mine])",
        ["'mine'", "(1,)", "axis=-1"],
        "    return jnp.abs(y_true - y_pred).mean(axis=-1)",
    ),
    "a metric that forgets its state": (
        """
        class Mine(metrics.Metric):
            def start(self, y_true, y_pred, samples):
                return {"largest": jnp.float32(0)}
            def add(self, state, y_true, y_pred, sample_weight):  # here
                {"largest": jnp.maximum(state["largest"], y_pred.max())}
            def compute(self, state):
                return state["largest"]
        train(metrics=[Mine()])
        """,
        ["'mine'", "state", "return"],
        """
        class Mine(metrics.Metric):
            def start(self, y_true, y_pred, samples):
                return {"largest": jnp.float32(0)}
            def add(self, state, y_true, y_pred, sample_weight):
                return {"largest": jnp.maximum(state["largest"], y_pred.max())}
            def compute(self, state):
                return state["largest"]
        train(metrics=[Mine()])
        """,
    ),
    "a metric of several numbers": (
        """
        class Mine(metrics.Metric):
            def start(self, y_true, y_pred, samples):
                return {"sums": jnp.zeros(2)}
            def add(self, state, y_true, y_pred, sample_weight):
                return {"sums": state["sums"] + y_pred.sum()}
            def compute(self, state):
                return state["sums"]  # here
        train(metrics=[Mine()])
        """,
        ["'mine'", "(2,)", "scalar = False"],
        'return state["sums"][0]',
    ),
}  # fmt: skip


def execute(code, tmp_path):
    """Run code as a user's file, so that error messages can quote it."""
    file = tmp_path / "my_script.py"
    file.write_text(SETUP + "\n" + textwrap.dedent(code))
    exec(compile(file.read_text(), str(file), "exec"), {"__name__": "__main__"})


def told(error):
    """Return what a user reads of an error: its message and its notes."""
    return "\n".join([str(error), *getattr(error, "__notes__", [])])


def repaired(code, repair):
    """Return the code with the mistaken line replaced, or all of it where the repair is more than a line."""
    if "\n" in repair:
        return repair
    lines = textwrap.dedent(code).splitlines()
    (number,) = [i for i, line in enumerate(lines) if line.endswith("# here")]
    indent = lines[number][: len(lines[number]) - len(lines[number].lstrip())]
    lines[number] = indent + repair.strip()
    return "\n".join(lines)


def test_there_are_more_than_twenty_five():
    assert len(MISTAKES) >= 25


@pytest.mark.parametrize("name", MISTAKES)
def test_the_mistake_is_told_with_thing_line_and_repair(name, tmp_path):
    code, words, _ = MISTAKES[name]
    if "import torch" in code:
        pytest.importorskip("torch", reason="oracle extra")
    with pytest.raises(Exception) as caught:  # noqa: PT011 (JAX's errors are of many classes)
        execute(code, tmp_path)
    text = told(caught.value)
    for word in [*words, "Repair:", "my_script.py:", "# here"]:
        assert word in text, f"{word!r} not in:\n{text}"
    ours = [line for note in getattr(caught.value, "__notes__", []) for line in note.splitlines()]
    assert len(ours) <= 6, traceback.format_exception(caught.value)


@pytest.mark.parametrize("name", MISTAKES)
def test_the_repaired_code_runs(name, tmp_path):
    code, _, repair = MISTAKES[name]
    if "import torch" in code:
        pytest.importorskip("torch", reason="oracle extra")
    execute(repaired(code, repair), tmp_path)


def test_a_layer_that_forgets_its_base_class_still_works():
    class Mine(pellucid.Layer):
        def __init__(self):
            self.dense = pellucid.layers.Dense(1)

        def call(self, inputs):
            return self.dense(inputs)

    model = pellucid.Sequential([Mine()])
    model.compile("sgd", "mse")
    assert np.isfinite(model.fit(np.ones((4, 2)), np.ones(4), verbose=0).history["loss"][0])
