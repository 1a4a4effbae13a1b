"""Every layer, loss and optimizer has an equation that can be set as text and as MathML; its names are filled in."""

from __future__ import annotations

from xml.etree import ElementTree

import jax
import numpy as np
import pytest
from layer_table.cases import HOST, TABLE

from pellucid import Input, Sequential, layers, losses, optimizers
from pellucid.functional import activations
from pellucid.insight.explaining.equations import activations as activation_formulas
from pellucid.insight.explaining.equations.entry import Facts, filled
from pellucid.insight.explaining.equations.images import HOST_ONLY
from pellucid.insight.explaining.equations.losses import TABLE as LOSSES, loss_equation
from pellucid.insight.explaining.equations.optimizers import TABLE as OPTIMIZERS, optimizer_equation
from pellucid.insight.explaining.equations.table import TABLE as LAYERS, equation_of
from pellucid.insight.explaining.formula import in_mathml, in_text, parse
from pellucid.modules.tree import weights_of
from pellucid.testing.case import Case

BY_THEIR_DOCUMENTATION = {"LossScaleOptimizer", "MultiOptimizer", "OptaxOptimizer", "Optimizer"}
"""Optimizers around others."""


def shown(equation):
    """Check that all formulas can be set, and return the text."""
    written = []
    for latex in (*equation.lines, *equation.backward, *(letter for letter, _ in equation.where)):
        text = in_text(latex)
        assert text and "\\" not in text and "«" not in text and "@" not in text
        ElementTree.fromstring(in_mathml(latex))
        written.append(text)
    return written


def test_every_layer_has_an_equation():
    assert set(HOST_ONLY) <= set(HOST)
    assert set(LAYERS) | set(HOST_ONLY) == set(layers.__all__) - {"Input", "Layer"}


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_an_equation_of_a_layer_can_be_set(name):
    rows = TABLE.get(name) or []
    arguments = [row.arguments for row in rows] or HOST[name][:1]
    for given in arguments:
        layer = getattr(layers, name)(**given)
        parameters = {p: (f"here/{p}", (2, 3)) for p in LAYERS[name].parameters.values()}
        for activation in (None, "sigmoid"):
            facts = Facts(layer, "here", ((4, 2),), ((4, 3),), activation, parameters)
            equation = equation_of(facts)
            assert shown(equation)[0]
            for letter, parameter in LAYERS[name].parameters.items():
                assert (letter, f"here/{parameter} 2×3") in equation.where
    for attribute in LAYERS[name].numbers.values():
        assert hasattr(getattr(layers, name)(**arguments[0]), attribute), attribute


@pytest.mark.parametrize("name", sorted(n for n, entry in LAYERS.items() if entry.parameters))
def test_parameters_are_called_as_the_layer_calls_them(name):
    """A misspelt parameter would never be filled in."""
    found = set()
    with jax.enable_x64(True):
        for row in TABLE[name]:
            layer = Case(getattr(layers, name)(**row.arguments), row.inputs, dict(row.call)).layer
            found |= {path.rpartition("/")[2] for path, _ in weights_of(layer)}
    assert set(LAYERS[name].parameters.values()) <= found


def test_a_part_stays_only_with_its_parameter():
    facts = Facts(
        layers.Dense(3, use_bias=False),
        "here",
        ((4, 2),),
        ((4, 3),),
        None,
        {"kernel": ("here/kernel", (2, 3))},
    )
    assert [in_text(line) for line in filled(LAYERS["Dense"], facts).lines] == ["y = x W"]


def test_a_layer_of_one_s_own_is_not_told_the_equation_of_its_base():
    class Doubled(layers.Dense):
        """Returns twice of what a dense layer would."""

        def call(self, inputs):
            return 2 * super().call(inputs)

    class Renamed(layers.Dense):
        """A dense layer by another name."""

    def equation(layer):
        return equation_of(Facts(layer, "here", ((4, 2),), ((4, 3),), None, {}))

    assert equation(Doubled(1)).summary == "Returns twice of what a dense layer would."
    assert equation(Doubled(1)).lines == ()
    assert in_text(equation(Renamed(1)).lines[0]) == "y = x W"


def test_every_loss_and_optimizer_has_an_equation():
    classes = {
        n
        for n in losses.__all__
        if isinstance(getattr(losses, n), type) and issubclass(getattr(losses, n), losses.Loss)
    }
    assert set(LOSSES) == classes - {"Loss", "LossFunction"}
    for name in LOSSES:
        for together in (False, True):
            shown(loss_equation(getattr(losses, name)(), (4, 3), together))
    made = {
        n
        for n in optimizers.__all__
        if isinstance(getattr(optimizers, n), type)
        and issubclass(getattr(optimizers, n), optimizers.Optimizer)
    }
    for name in sorted(made - BY_THEIR_DOCUMENTATION):
        equation = optimizer_equation(getattr(optimizers, name)(), 0.5)
        shown(equation)
        assert equation.lines if name in OPTIMIZERS else equation.summary


def test_a_loss_tells_its_derivative_only_where_it_is_that():
    """p - t over n d is neither the derivative of a sum, nor that of smoothed targets or weighted rows."""
    plain = losses.BinaryCrossentropy()
    equation = loss_equation(plain, (4, 3), True)
    assert in_text(equation.backward[0]) == "∂L/∂z = (p − t)/(n d)"
    assert equation.legend == "p: the model's outputs, t: targets, n: 4 rows, d: 3 outputs of a row"
    assert "n: 12 rows and positions" in loss_equation(plain, (4, 3, 2)).legend
    total = loss_equation(losses.BinaryCrossentropy(reduction="sum"), (4, 3), True)
    assert total.text.startswith("L = −Σ_rows 1/d Σ_i")
    smooth = loss_equation(losses.BinaryCrossentropy(label_smoothing=0.1), (4, 3), True)
    weighted = loss_equation(plain, (4, 3), True, ("Each row has a weight.",))
    for equation, words in ((total, "sum"), (smooth, "smoothed by 0.1"), (weighted, "a weight")):
        assert equation.backward == ()
        assert words in equation.summary


@pytest.mark.parametrize(
    ("layer", "activation", "text"),
    [
        (layers.ReLU(), "relu", "z = x\na = z for z ≥ t, else s(z − t)"),
        (layers.ReLU(max_value=6.0), "relu", "z = x\na = min(z, m) for z ≥ t, else s(z − t)"),
        (layers.LeakyReLU(0.5), None, "y = x for x ≥ 0, else s x"),
        (layers.Activation("relu"), "relu", "z = x\na = relu(z) = max(0, z)"),
        (layers.Normalization(mean=1.0, variance=1.0, invert=True), None, "y = σ x + μ"),
        (
            layers.TransformerEncoderBlock(4, 2, norm_first=True),
            None,
            "h = x + attention(norm(x), norm(x))\ny = h + feed(norm(h))",
        ),
    ],
)
def test_arguments_change_the_equation(layer, activation, text):
    facts = Facts(layer, "here", ((4, 2),), ((4, 2),), activation, {})
    assert equation_of(facts).text == text


def test_a_gru_s_reset_gate_acts_before_or_after_the_product():
    parameters = {"bias": ("here/bias", (2, 9))}
    for after, line in (
        (True, "g = φ(z_g + r ⊙ (h_(t−1) U_g + b'_g))"),
        (False, "g = φ(z_g + (r ⊙ h_(t−1)) U_g)"),
    ):
        facts = Facts(
            layers.GRU(3, reset_after=after), "here", ((4, 5, 2),), ((4, 3),), None, parameters
        )
        assert equation_of(facts).text.splitlines()[2] == line


def test_low_rank_layers_say_what_their_weight_is():
    facts = Facts(layers.Dense(3, lora_rank=2), "here", ((4, 2),), ((4, 3),), None, {})
    assert "two lora matrices" in equation_of(facts).summary


@pytest.mark.parametrize("name", sorted(activations.TABLE))
def test_every_activation_has_a_formula(name):
    function = activations.TABLE[name]
    assert function.__name__ in activation_formulas.TABLE
    lines, slope = activation_formulas.formulas_of(function.__name__)
    assert in_text(lines[0]).startswith("a")
    assert in_mathml(slope)


def test_momentum_decay_and_clipping_are_told():
    equation = optimizer_equation(
        optimizers.SGD(0.1, momentum=0.9, weight_decay=0.01, clipnorm=1.0), 0.1
    )
    assert equation.text.splitlines() == ["w ← w − α λ w", "v ← μ v − α g", "w ← w + v"]
    assert (
        equation.legend
        == "w: a weight, g: its gradient, α: learning rate 0.1, λ: weight decay 0.01, μ: 0.9"
    )
    assert equation.summary == "Gradients are clipped first (clipnorm)."


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"z = x W + b", "z = x W + b"),
        (r"\hat{x} = \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}}", "x̂ = (x − μ)/√(σ² + ε)"),
        (r"\frac{\partial L}{\partial W} = x^\top \delta", "∂L/∂W = xᵀ δ"),
        (r"h_t = \tanh(x_t W + h_{t-1} U)", "h_t = tanh(x_t W + h_(t−1) U)"),
        (r"L = -\frac{1}{n} \sum_i t_i \log p_i", "L = −1/n Σ_i t_i log p_i"),
        (r"y_i = \max_t x_{s i + t}", "y_i = max_t x_(si+t)"),
    ],
)
def test_formulas_as_text(latex, text):
    assert in_text(latex) == text


def test_a_formula_as_mathml():
    assert in_mathml(r"\frac{x_1^2}{2}") == (
        '<math display="block"><mfrac><msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup><mn>2</mn></mfrac></math>'
    )
    assert (
        in_mathml("a < b")
        == '<math display="block"><mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow></math>'
    )


@pytest.mark.parametrize("wrong", [r"\unknown", "{x", "x}", r"\frac x y"])
def test_a_formula_that_cannot_be_set_is_refused(wrong):
    with pytest.raises(ValueError, match=r"formula|brace"):
        parse(wrong)


def test_names_are_filled_in():
    model = Sequential(
        [
            Input((4, 4, 1)),
            layers.Conv2D(2, 3, activation="relu", name="filters"),
            layers.Flatten(),
            layers.Dense(1),
        ]
    )
    model.compile("sgd", "mse")
    equation = model.explain(np.ones((2, 4, 4, 1)), np.zeros((2, 1)))["filters"].equation
    assert "filters/kernel 3×3×1×2" in equation.legend
    assert "x: input 2×4×4×1" in equation.legend
    assert equation.text.splitlines()[1] == "a = relu(z) = max(0, z)"
    assert "∂L/∂W" in "".join(map(in_text, equation.backward))
