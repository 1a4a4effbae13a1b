"""``verify``: what the repairs of findings do, tried on copies."""

from __future__ import annotations

from collections.abc import Sequence

from pellucid.insight.doctor.finding import Finding
from pellucid.insight.doctor.verify.apart import changed_model
from pellucid.insight.doctor.verify.effect import Conditions, Verification, effect_of
from pellucid.insight.doctor.verify.program import Program
from pellucid.insight.doctor.verify.rows import by_name
from pellucid.insight.doctor.verify.running import plan_passes, time_passes, train_all
from pellucid.insight.doctor.verify.setup import Setup, inferred
from pellucid.insight.doctor.verify.task import Task, task_of
from pellucid.insight.doctor.verify.variants import Variant, together_of, variants_of
from pellucid.training.compiled import leaves_of
from pellucid.training.outputs import outputs_of

SECONDS = 10.0
SEEDS = 3


def verify(
    program: Program,
    findings: Sequence[Finding],
    *,
    seconds: float = SECONDS,
    seeds: int = SEEDS,
) -> Verification:
    """Try the repairs of findings: each alone, and all together.

    For each seed a copy of the program as it stands and one with each repair are trained on the same rows for the same
    number of steps (as many passes, where a repair changes the batch size), and measured on the same rows. Neither the
    model nor its optimizer, its history or any random number of the user's is touched.

    Args:
        program: What was trained.
        findings: What to try; those without changes are listed as repairs that only a person can make.
        seconds: How long all trainings together may take, at least 0; compiling and starting come on top. Default 10.
        seeds: How many trainings of each, at least 1. Default 3. Fewer are done where time is short.

    Returns:
        The :class:`Verification`.

    Raises:
        ArgumentError: The rows cannot be read twice.

    Example:
        >>> import numpy as np, pellucid
        >>> from pellucid.insight.doctor.changes import SetOptimizer
        >>> from pellucid.insight.doctor.finding import Place, Repair, Sign
        >>> from pellucid.insight.doctor.verify.program import program_of
        >>> model = pellucid.Sequential([pellucid.Input((2,)), pellucid.layers.Dense(1)])
        >>> model.compile(pellucid.optimizers.SGD(1e-6), "mse")
        >>> x = np.random.default_rng(0).normal(size=(200, 2))
        >>> program = program_of(model, x, x @ [1.0, -2.0], epochs=20)
        >>> repair = Repair("SGD(0.1)", (SetOptimizer(None, {"learning_rate": 0.1}),))
        >>> sign = Sign("warning", 0.9, Place(None, "learning_rate", "1e-06"), (), repair)
        >>> verify(program, [Finding("D401", "Rate too low", (), sign)]).effects[0].verdict
        'helps'
    """
    variants = variants_of(program, findings, seconds, seeds)
    share = seconds / ((len(variants) + 1) * seeds)
    time_passes(variants, share)
    both = together_of(variants)
    time_passes(both, share)
    variants += both
    setups = [each.setup for each in variants if each.setup is not None]
    tasks = tasks_of(setups) if setups else {}
    plan_passes(variants, seconds, seeds)
    train_all(variants, tasks, seconds, seeds)
    return verification_of(findings, variants, tasks)


def tasks_of(setups: Sequence[Setup]) -> dict[str, Task]:
    """Return what is asked of each output that has targets."""
    first = setups[0]
    names = first.program.model.output_names
    training, held = by_name(first.training.y, names), by_name(first.held.y, names)
    shapes = [shapes_of(setup) for setup in setups]
    losses = [loss for setup in setups for loss in leaves_of(setup.loss)]
    return {
        name: task_of(training[name], held[name], [each[name] for each in shapes], losses)
        for name in training
        if all(name in each for each in shapes)
    }


def shapes_of(setup: Setup) -> dict[str, tuple[int, ...]]:
    """Return the shapes of one row of the outputs by name."""
    copy = changed_model(setup.program.model, setup.changes)
    found = outputs_of(copy, inferred(copy, setup.training))
    specs = {"": found.specs} if found.names is None else found.specs
    return {name: tuple(spec.shape[1:]) for name, spec in specs.items()}


def verification_of(
    findings: Sequence[Finding], variants: Sequence[Variant], tasks: dict[str, Task]
) -> Verification:
    """Put what was measured together, in the order of the findings."""
    base = variants[0]
    by_code = {id(each.findings[0]): each for each in variants if len(each.findings) == 1}
    alone = [effect_of((each,), by_code.get(id(each)), base, tasks) for each in findings]
    last = variants[-1]
    together = effect_of(last.findings, last, base, tasks) if len(last.findings) > 1 else None
    return Verification(tuple(alone), together, conditions_of(base, variants))


def conditions_of(base: Variant, variants: Sequence[Variant]) -> Conditions:
    """Return under which conditions was compared."""
    setup = base.setup or base.first
    return Conditions(
        setup.training.count,
        setup.held.count,
        setup.held is setup.training,
        max(len(each.scores) for each in variants),
        setup.epochs * setup.steps,
    )
