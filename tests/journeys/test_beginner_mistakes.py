# ruff: noqa: E501 (rows of a table)
"""Fifty mistakes that beginners make: each is refused in words, names what is wrong, and the repair it gives runs.

A row is a mistake, the words that the message must hold, and the repaired line. Every mistake is tried as code of the user's own
file, so that the message can point at the line.
"""

import textwrap

import numpy as np
import pytest

import pellucid
from pellucid.core.errors import PellucidError

SETUP = """
import numpy as np
import pellucid
from pellucid import callbacks, initializers, layers, losses, optimizers, regularizers
from pellucid import Input, Sequential
from pellucid.layers import Activation, BatchNormalization, Dense, Dropout, Flatten, Reshape
random = np.random.default_rng(0)
x = random.random((12, 4)).astype("float32")
y = np.array([0, 1, 2] * 4)
target = x.sum(1)
images = random.random((12, 28, 28)).astype("float32")
def classifier(units=3, activation="softmax", loss="sparse_categorical_crossentropy", **kwargs):
    model = Sequential([Dense(5, activation="relu"), Dense(units, activation=activation)])
    model.compile(optimizer="adam", loss=loss, **kwargs)
    return model
def regressor(loss="mse", units=1, **kwargs):
    model = Sequential([Dense(5, activation="relu"), Dense(units)])
    model.compile(optimizer="adam", loss=loss, **kwargs)
    return model
"""

MISTAKES = {
    # Layers and models.
    "negative units": ("Dense(-3)", ["`units`", "at least 1", "-3"], "Dense(3)"),
    "units as text": ("Dense('10')", ["`units`", "integer"], "Dense(10)"),
    "misspelt argument": ("Dense(unit=3)", ["no argument `unit`", "`units=`"], "Dense(units=3)"),
    "misspelt activation": ("Dense(3, activation='rellu')", ["'rellu'", "relu"], "Dense(3, activation='relu')"),
    "misspelt initializer": (
        "Dense(3, kernel_initializer='he_normall')",
        ["'he_normall'", "he_normal"],
        "Dense(3, kernel_initializer='he_normal')",
    ),
    "dropout in percent": ("Dropout(50)", ["`rate`", "50"], "Dropout(0.5)"),
    "dropout of everything": ("Dropout(1.0)", ["`rate`"], "Dropout(0.9)"),
    "layers not in a list": (
        "Sequential(Dense(3), Dense(1))",
        ["list"],
        "Sequential([Dense(3), Dense(1)])",
    ),
    "class instead of layer": ("Sequential([Flatten, Dense(1)])", ["Flatten"], "Sequential([Flatten(), Dense(1)])"),
    "text instead of layer": ("Sequential(['dense'])", ["layer"], "Sequential([Dense(1)])"),
    "adding a number": ("Sequential().add(3)", ["layer"], "Sequential().add(Dense(3))"),
    "two layers of one name": (
        "Sequential([Dense(3, name='a'), Dense(1, name='a')])",
        ["'a'"],
        "Sequential([Dense(3, name='a'), Dense(1, name='b')])",
    ),
    "negative penalty": ("regularizers.L2(-0.1)", ["l2", "-0.1"], "regularizers.L2(0.1)"),
    "changing a built layer": (
        "m = classifier(); m.fit(x, y, verbose=0); m.layers[0].units = 7",
        ["`units`", "clone(units=7)"],
        "m = classifier(); m.fit(x, y, verbose=0); m.layers[0].clone(units=7)",
    ),
    "wrong reshape": (
        "Sequential([Reshape((3, 3)), Flatten(), Dense(1)]).build((None, 4))",
        ["reshape", "4"],
        "Sequential([Reshape((2, 2)), Flatten(), Dense(1)]).build((None, 4))",
    ),
    # compile
    "misspelt optimizer": ("regressor().compile(optimizer='adm', loss='mse')", ["'adm'", "adam"], "regressor().compile(optimizer='adam', loss='mse')"),
    "misspelt loss": ("regressor(loss='msee')", ["'msee'", "mse"], "regressor(loss='mse')"),
    "misspelt metric": ("classifier(metrics=['acuracy'])", ["acuracy", "accuracy"], "classifier(metrics=['accuracy'])"),
    "negative rate": ("optimizers.Adam(learning_rate=-0.1)", ["learning_rate", "-0.1"], "optimizers.Adam(learning_rate=0.1)"),
    "old name of the rate": ("optimizers.SGD(lr=0.1)", ["lr", "learning_rate"], "optimizers.SGD(learning_rate=0.1)"),
    "momentum above one": ("optimizers.SGD(0.1, momentum=1.5)", ["momentum", "1.5"], "optimizers.SGD(0.1, momentum=0.5)"),
    "fit before compile": (
        "Sequential([Dense(1)]).fit(x, target)",
        ["compile"],
        "regressor().fit(x, target, verbose=0)",
    ),
    "predict before build is fine, evaluate without compile": (
        "Sequential([Dense(1)]).evaluate(x, target)",
        ["compile"],
        "regressor().evaluate(x, target, verbose=0)",
    ),
    # Data.
    "no targets": ("regressor().fit(x)", ["`y`"], "regressor().fit(x, target, verbose=0)"),
    "lengths differ": ("regressor().fit(x, target[:10])", ["12", "10"], "regressor().fit(x, target, verbose=0)"),
    "empty data": ("regressor().fit(x[:0], target[:0])", ["empty|no rows"], "regressor().fit(x, target, verbose=0)"),
    "nan in x": (
        "x[2, 1] = np.nan; regressor().fit(x, target)",
        ["NaN|nan", "row 2"],
        "x = np.nan_to_num(x); regressor().fit(x, target, verbose=0)",
    ),
    "infinity in x": ("x[0, 0] = np.inf; regressor().fit(x, target)", ["inf"], "regressor().fit(x, target, verbose=0)"),
    "nan in y": ("target[3] = np.nan; regressor().fit(x, target)", ["NaN|nan|missing"], "regressor().fit(x, target, verbose=0)"),
    "text in x": (
        "regressor().fit(np.array([['a', 'b']] * 12), target)",
        ["text|string|numbers"],
        "regressor().fit(x, target, verbose=0)",
    ),
    "objects in x": (
        "regressor().fit(np.array([[1, 'b']] * 12, dtype=object), target)",
        ["object|'b'"],
        "regressor().fit(x, target, verbose=0)",
    ),
    "ragged rows": ("regressor().fit([[1, 2], [3]], [1, 2])", ["length|ragged|equal"], "regressor().fit([[1, 2], [3, 4]], [1, 2], verbose=0)"),
    "other feature count later": (
        "m = regressor(); m.fit(x, target, verbose=0); m.predict(x[:, :3])",
        ["4 features", "3 features"],
        "m = regressor(); m.fit(x, target, verbose=0); m.predict(x)",
    ),
    "one row without batch axis": (
        "m = regressor(); m.fit(x, target, verbose=0); m.predict(x[0])",
        ["x[None"],
        "m = regressor(); m.fit(x, target, verbose=0); m.predict(x[0][None])",
    ),
    "images into a built dense network": (
        "m = Sequential([Input(shape=(784,)), Dense(1)]); m.compile('adam', 'mse'); m.fit(images, target)",
        ["784", "reshape"],
        "m = Sequential([Input(shape=(784,)), Dense(1)]); m.compile('adam', 'mse'); m.fit(images.reshape(12, 784), target, verbose=0)",
    ),
    "forgotten flatten": (
        "m = Sequential([Dense(3, activation='softmax')]); m.compile('adam', 'sparse_categorical_crossentropy'); m.fit(images, y)",
        ["Flatten"],
        "m = Sequential([Flatten(), Dense(3, activation='softmax')]); m.compile('adam', 'sparse_categorical_crossentropy'); m.fit(images, y, verbose=0)",
    ),
    # Head, loss, targets.
    "softmax of one unit": (
        "classifier(units=1, loss='binary_crossentropy').fit(x, y > 0)",
        ["softmax", "one unit", "sigmoid"],
        "classifier(1, 'sigmoid', 'binary_crossentropy').fit(x, y > 0, verbose=0)",
    ),
    "softmax and logits loss": (
        "classifier(loss=losses.SparseCategoricalCrossentropy(from_logits=True)).fit(x, y)",
        ["from_logits", "activation"],
        "classifier().fit(x, y, verbose=0)",
    ),
    "no softmax before crossentropy": (
        "classifier(activation=None).fit(x, y)",
        ["from_logits=True|softmax"],
        "classifier(activation=None, loss=losses.SparseCategoricalCrossentropy(from_logits=True)).fit(x, y, verbose=0)",
    ),
    "too few units": ("classifier(units=2).fit(x, y)", ["2 units", "3"], "classifier(units=3).fit(x, y, verbose=0)"),
    "tanh before crossentropy": (
        "classifier(activation='tanh').fit(x, y)",
        ["tanh", "softmax"],
        "classifier(activation='softmax').fit(x, y, verbose=0)",
    ),
    "targets of another width": (
        "regressor().fit(x, np.zeros((12, 3)))",
        ["3", "Dense(3)"],
        "regressor(units=3).fit(x, np.zeros((12, 3)), verbose=0)",
    ),
    "targets lying on their side": ("regressor().fit(x, target[None, :])", ["1", "12"], "regressor().fit(x, target[:, None], verbose=0)"),
    "relu cannot be negative": (
        "classifier(1, 'relu', 'mse').fit(x, -target)",
        ["relu", "negative|below|range|[0"],
        "classifier(1, None, 'mse').fit(x, -target, verbose=0)",
    ),
    "unseen label in evaluate": (
        "m = classifier(); m.fit(x, y, verbose=0); m.evaluate(x, y + 5)",
        ["5|6|7"],
        "m = classifier(); m.fit(x, y, verbose=0); m.evaluate(x, y, verbose=0)",
    ),
    # fit's arguments.
    "no epochs": ("regressor().fit(x, target, epochs=0)", ["`epochs`", "at least 1"], "regressor().fit(x, target, epochs=1, verbose=0)"),
    "half an epoch": ("regressor().fit(x, target, epochs=1.5)", ["`epochs`", "1.5"], "regressor().fit(x, target, epochs=2, verbose=0)"),
    "batch of nothing": ("regressor().fit(x, target, batch_size=0)", ["`batch_size`"], "regressor().fit(x, target, batch_size=4, verbose=0)"),
    "batch larger than the data": (
        "regressor().fit(x, target, batch_size=100)",
        ["batch_size=12", "12 rows"],
        "regressor().fit(x, target, batch_size=12, verbose=0)",
    ),
    "split of everything": ("regressor().fit(x, target, validation_split=1.0)", ["1"], "regressor().fit(x, target, validation_split=0.25, verbose=0)"),
    "split in percent": ("regressor().fit(x, target, validation_split=20)", ["20"], "regressor().fit(x, target, validation_split=0.25, verbose=0)"),
    "validation data not a pair": ("regressor().fit(x, target, validation_data=x)", ["(x_val, y_val)"], "regressor().fit(x, target, validation_data=(x, target), verbose=0)"),
    "misspelt monitor": (
        "regressor().fit(x, target, validation_split=0.25, callbacks=[callbacks.EarlyStopping('val_los')])",
        ["val_los", "monitor='val_loss'"],
        "regressor().fit(x, target, validation_split=0.25, callbacks=[callbacks.EarlyStopping('val_loss')], verbose=0)",
    ),
    "stopping without validation": (
        "regressor().fit(x, target, callbacks=[callbacks.EarlyStopping()])",
        ["validation"],
        "regressor().fit(x, target, validation_split=0.25, callbacks=[callbacks.EarlyStopping()], verbose=0)",
    ),
    "weights for other rows": ("regressor().fit(x, target, sample_weight=np.ones(5))", ["5", "12"], "regressor().fit(x, target, sample_weight=np.ones(12), verbose=0)"),
    "negative sample weights": ("regressor().fit(x, target, sample_weight=-np.ones(12))", ["negative"], "regressor().fit(x, target, sample_weight=np.ones(12), verbose=0)"),
    "weight of an unknown class": ("classifier().fit(x, y, class_weight={7: 2.0})", ["7"], "classifier().fit(x, y, class_weight={2: 2.0}, verbose=0)"),
}  # fmt: skip


def execute(code, tmp_path):
    """Run code as a user's file, so that error messages can quote it."""
    file = tmp_path / "my_script.py"
    file.write_text(SETUP + "\n" + textwrap.dedent(code.replace("; ", "\n")))
    exec(compile(file.read_text(), str(file), "exec"), {"__name__": "__main__"})


def test_there_are_fifty():
    assert len(MISTAKES) >= 50


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_is_refused_with_a_repair(name, tmp_path):
    mistake, words, _ = MISTAKES[name]
    with pytest.raises(PellucidError) as caught:
        execute(mistake, tmp_path)
    message = str(caught.value)
    for word in words:
        assert any(each in message for each in word.split("|")), f"{word!r} not in:\n{message}"
    assert len(message.splitlines()) <= 12
    assert "my_script.py:" in message, message


@pytest.mark.parametrize("name", MISTAKES)
def test_the_repair_runs(name, tmp_path):
    execute(MISTAKES[name][2], tmp_path)


def test_labels_of_any_kind_come_back():
    """Strings and arbitrary integers are labels, and predictions are given in them."""
    x = np.eye(3, dtype="float32").repeat(8, axis=0)
    for labels in (["cat", "dog", "eel"], [7, -1, 30]):
        y = np.repeat(labels, 8)
        model = pellucid.Sequential([pellucid.layers.Dense(3, activation="softmax")])
        model.compile(
            optimizer=pellucid.optimizers.Adam(0.5), loss="sparse_categorical_crossentropy"
        )
        model.fit(x, y, epochs=20, verbose=0)
        assert model.predict_classes(x).tolist() == y.tolist()
