"""The battery: contracts that every layer keeps, each with what breaks it usually and how that is repaired."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from pellucid.core.errors import ArgumentError, ArgumentTypeError, nearest
from pellucid.modules import Layer
from pellucid.testing import copies, masks, numbers
from pellucid.testing.case import Case
from pellucid.testing.program import Program, in_words, quick_operations
from pellucid.testing.report import Broken, Finding, NotApplicable, Numbers, Report


@dataclass(frozen=True)
class Contract:
    """What a check asks, and what helps where it is broken."""

    check: Callable[[Case, Program], None]
    text: str
    cause: str
    repair: str

    def in_words(self, fault: str) -> str:
        """Say what is asked, how it is broken, and what helps."""
        text = self.text[0].upper() + self.text[1:]
        return f"{text}; but {fault}. Usual cause: {self.cause}. Usual repair: {self.repair}."


CONTRACTS: dict[str, Contract] = {
    "shapes": Contract(
        numbers.check_shapes,
        "shape inference promises what comes out, and it is finite",
        "a size that depends on the values, or a division by zero",
        "compute shapes from inputs.shape alone; guard divisions with jnp.where on both sides",
    ),
    "compiled": Contract(
        numbers.check_compiled,
        "a call at the prompt gives what a compiled program gives",
        "random numbers of Python or NumPy, or an `if` on values, which a program keeps from its first trace",
        "draw with self.random_key() and jax.random, choose with jnp.where",
    ),
    "dtype": Contract(
        numbers.check_dtype,
        "a layer computes, and answers, in its own dtype",
        "a constant of a fixed dtype, such as jnp.float32(0.1) or np.sqrt(2), or an inner layer made without `dtype`",
        "plain Python numbers, jnp.asarray(constant, inputs.dtype), Dense(3, dtype=self.dtype)",
    ),
    "rows": Contract(
        numbers.check_rows,
        "at inference no row depends on the other rows of its batch",
        "a mean, a maximum or a softmax over axis 0, or a reshape that moves numbers between rows",
        "reduce over the other axes; keep statistics of batches as state and use it outside training",
    ),
    "gradient": Contract(
        numbers.check_gradient,
        "the gradient is what finite differences say, and reaches every parameter",
        "jax.lax.stop_gradient, a wrong custom derivative, or rounding, comparison or argmax on the way to a parameter",
        "use the smooth function, or give the derivative with jax.custom_jvp",
    ),
    "state": Contract(
        numbers.check_state,
        "what a call changes is declared state, and changes alike compiled and at the prompt",
        "an attribute assigned inside `call`, where `self` is a throw-away copy",
        "in build: self.total = self.add_weight(shape=..., trainable=False); in call: self.total = value",
    ),
    "population": Contract(
        numbers.check_population,
        "many models under jax.vmap are what each of them is alone",
        "a custom derivative or call that knows no vmap, or weights read from another place than `self`",
        "compute from self.kernel and the inputs with jax.numpy alone",
    ),
    "single": Contract(
        numbers.check_single,
        "a population of one, its hyper-parameters arrays, trains as the model alone does",
        "float(self.rate), or an `if` on a hyper-parameter, inside `call`",
        "use the number as an array: jnp.where(self.rate > 0, ..., ...), or take it out of `hyperparameters`",
    ),
    "mask": Contract(
        masks.check_mask,
        "what stands at masked places reaches neither a valid place of the outputs nor the gradient",
        "inputs multiplied by the mask (NaN * 0 is NaN), or a layer that mixes steps and passes the mask on",
        "x = jnp.where(mask[..., None], inputs, 0) before anything else; def compute_mask(...): return None",
    ),
    "padding": Contract(
        masks.check_padding,
        "a padded series gives what it gives without its padding",
        "a mean over all steps, padding included, or the last step where the last valid one is meant",
        "divide by mask.sum(axis=1), not by the number of steps",
    ),
    "configuration": Contract(
        copies.check_configuration,
        "from_config(get_config()) and clone() make the same layer",
        "a get_config that leaves an argument out, or a constructor that changes what it is given",
        "no get_config at all: constructor arguments are recorded by themselves",
    ),
    "file": Contract(
        copies.check_file,
        "a model's file brings the layer back with its weights",
        "weights whose names or shapes depend on something else than arguments and input shapes",
        "declare all weights in build(self, input_shape), and keep what adapt() learned as state",
    ),
}  # fmt: skip


def check_layer(
    layer: Layer | type[Layer],
    arguments: Mapping[str, Any] | None = None,
    inputs: Any = None,
    *,
    call: Mapping[str, Any] | None = None,
    skip: Mapping[str, str] | None = None,
    seed: int = 0,
) -> Report:
    """Run a layer, yours or ours, through everything that Pellucid asks of layers.

    The layer is made in double precision with random weights, and applied to random inputs; nearly all that the checks
    ask is computed by one compiled program, so a small layer takes a fraction of a second.

    ==================  ==============================================================================================
    ``shapes``          shape inference promises what comes out, and it is finite
    ``compiled``        a call at the prompt gives what a compiled program gives
    ``dtype``           the layer computes and answers in float64 or float32, whichever it was made with
    ``rows``            at inference no row depends on the other rows of its batch
    ``gradient``        the gradient is what finite differences say, and reaches every parameter
    ``state``           what a call changes is declared state, and changes alike compiled and at the prompt
    ``population``      many models under ``jax.vmap`` are what each of them is alone
    ``single``          a population of one, its hyper-parameters arrays, trains as the model alone does
    ``mask``            garbage at masked places reaches neither a valid place of the outputs nor the gradient
    ``padding``         a padded series gives what it gives without its padding
    ``configuration``   ``from_config(get_config())`` and ``clone()`` make the same layer
    ``file``            a model's file brings the layer back with its weights
    ==================  ==============================================================================================

    Args:
        layer: A layer, or its class.
        arguments: The constructor's arguments, if a class was given. Default None, none.
        inputs: The shape of a batch, e.g. ``(3, 4)``, for random floats; :class:`Integers` for whole numbers; an array
            to be taken as it is; a list of those for a layer that is called on a list; a dict of those for arguments by
            name, the first being the first argument. Three rows are enough; sizes of 2 to 5 keep it quick.
        call: Further keyword arguments of the call. Default None.
        skip: Names of checks that make no sense for this layer, each with the reason, which the report repeats.
        seed: Another integer gives other weights and inputs. Default 0.

    Returns:
        The report: how many checks ran, what is broken, by which numbers, the usual cause and its repair.

    Raises:
        ArgumentError: A name in ``skip`` is no check, or has no reason.
        ArgumentTypeError: There is no layer, or no inputs, or the inputs are texts, which no program reads.
        Exception: Whatever the layer raises when its shapes are inferred: there is nothing to check then.

    Example:
        >>> import jax.numpy as jnp, pellucid
        >>> from pellucid.testing import check_layer
        >>> class Centre(pellucid.Layer):
        ...     def call(self, inputs):
        ...         return inputs - jnp.mean(inputs)
        >>> report = check_layer(Centre(), inputs=(3, 4))
        >>> report.ok, list(report.failed)
        (False, ['rows'])
        >>> print(report.failed["rows"])  # doctest: +ELLIPSIS
        At inference no row depends on the other rows of its batch; but 4 of 4 numbers differ, most at ...

    In a test, ``check_layer(Centre, {}, (3, 4)).raise_if_failed()`` raises all of it. Keras's ``run_layer_test``
    compares shapes, dtypes and configurations, not numbers; PyTorch's ``gradcheck`` is the check ``gradient`` alone.
    """
    skip = dict(skip or {})
    _refuse_unknown(skip)
    made = layer(**dict(arguments or {})) if isinstance(layer, type) else layer
    if not isinstance(made, Layer) or inputs is None:
        raise ArgumentTypeError(
            "check_layer",
            f"it needs a layer and its inputs, but it got {made!r:.60} and {inputs!r:.60}.",
            "check_layer(Dense, {'units': 3}, (3, 4))",
        )
    if any(map(_is_text, jax.tree.leaves(inputs))):
        raise ArgumentTypeError(
            "check_layer",
            "texts came as inputs; the checks are about compiled programs, and those read numbers only.",
            "compare what the layer gives at the prompt: np.testing.assert_array_equal(layer(texts), wanted)",
        )
    with jax.enable_x64(True), quick_operations():
        case = Case(made, inputs, dict(call or {}), seed)
        program = Program(case)
        findings = tuple(_find(name, case, program, skip) for name in CONTRACTS)
        return Report(repr(made), findings, _numbers(case, program))


def _is_text(leaf: Any) -> bool:
    return isinstance(leaf, str) or (isinstance(leaf, np.ndarray) and leaf.dtype.kind in "OSU")


def _refuse_unknown(skip: dict[str, str]) -> None:
    for name, reason in skip.items():
        if name not in CONTRACTS:
            close = nearest(name, CONTRACTS)
            raise ArgumentError(
                "check_layer",
                f"'{name}' in `skip` is no check; they are: {', '.join(CONTRACTS)}.",
                f"write '{close}' instead" if close else None,
            )
        if not (isinstance(reason, str) and reason):
            raise ArgumentError(
                "check_layer",
                f"'{name}' is skipped without a reason.",
                f'skip={{"{name}": "the layer sorts its batch on purpose"}}',
            )


def _find(name: str, case: Case, program: Program, skip: dict[str, str]) -> Finding:
    if name in skip:
        return Finding(name, "skipped", skip[name])
    contract = CONTRACTS[name]
    try:
        contract.check(case, program)
    except NotApplicable as reason:
        return Finding(name, "skipped", str(reason))
    except Broken as fault:
        return Finding(name, "failed", contract.in_words(str(fault)))
    except Exception as error:  # a layer may raise anything
        return Finding(name, "failed", contract.in_words(f"it raises {in_words(error)}"))
    return Finding(name, "passed")


def _numbers(case: Case, program: Program) -> Numbers | None:
    if "inference" in program.errors:
        return None
    return case.numbers(program.outputs, program.gradient)
