"""Checks of validation beside training: learnt by heart, over-confident, too few rows, too good to be true."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.changes import SetFit, StopEarly
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.course.curves import (
    WHOLE,
    Descent,
    above_chance,
    accuracy,
    column,
    commonest,
    descent,
    ended_at,
    held_rows,
    is_noisy,
    measured,
    noise,
    score_name,
)
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Level, Place, Repair, Sign


def rise(facts: Facts) -> tuple[float, float, int] | None:
    """Return how far the validation loss ended above its lowest, its noise, and the epoch of the lowest, from 0.

    None where it did not rise by three times its noise and a tenth, or training did not go on to fall.
    """
    held, loss = column(facts, "val_loss"), column(facts, "loss")
    if held is None or loss is None or len(held) < 5 or len(held) != len(loss):
        return None
    best = int(held.argmin())
    end, spread = float(np.median(held[-3:])), noise(held)
    up = end - float(held[best])
    if len(held) - 1 - best < 3 or up < 3 * spread or up < 0.1 * abs(float(held[best])):
        return None
    return (up, spread, best) if loss[-1] < loss[best] else None


def drop(facts: Facts) -> float | None:
    """Return how far validation accuracy ended below its best, in standard errors of it; None without an accuracy.

    The standard error of a share ``p`` of ``n`` rows is ``sqrt(p (1 - p) / n)``; noise of the curve counts where
    larger.
    """
    name, rows = score_name(facts), held_rows(facts)
    held = column(facts, f"val_{name}") if name else None
    if held is None or len(held) < 5:
        return None
    best, end = float(held.max()), float(np.median(held[-3:]))
    error = np.sqrt(max(best * (1 - best), 1e-4) / rows) if rows else 0.01
    return (best - end) / max(float(error), noise(held))


def unlearns(facts: Facts) -> bool:
    """Tell whether right answers went with the validation loss: by three standard errors, or two where it rose by half.

    True where there is no accuracy to ask; what is no rise is nobody's question here.
    """
    rose, fell, held = rise(facts), drop(facts), column(facts, "val_loss")
    if fell is None or rose is None or held is None:
        return True
    up, _, best = rose
    return fell >= (2 if up >= 0.5 * abs(float(held[best])) else 3)


@check("D607", "It learns the rows by heart", faults=("F23",), stage="course")
def overfits(facts: Facts) -> Iterator[Sign]:
    """Training goes on to improve while validation gets worse, or stays behind: it holds for these rows only.

    Source: Prechelt, Early stopping - but when?, 1998. Thresholds: the validation loss ends a tenth and three times its
    noise above its lowest, and the score with it, by three standard errors, or two where the loss rose by half; of
    numbers, where there is no score, the loss by a quarter. Or, of 30 rows and more, eight tenths of the best constant
    answer's loss are left where of the training rows less than two are, it was never below seven, and the share of
    right answers gained less than half as much: too sure is not learnt by heart. Early stopping has seen to it already:
    then a hint.
    """
    found, held = descent(facts), column(facts, "val_loss")
    if found is None or held is None:
        return
    stopped = found.course.ended == "early stopping" or "EarlyStopping" in facts.fit.callbacks
    repair = Repair(
        "callbacks=[EarlyStopping(patience=5, restore_best_weights=True)], or Dropout(0.3)",
        (StopEarly(),),
    )
    told = got_worse(facts, found, held)
    level, evidence = told or ("hint", [])
    if level == "hint" and stays_behind(facts, found, held):
        level, evidence = (
            "warning",
            [
                f"The training loss ends at {found.end:.4g}, the validation loss at {held[-1]:.4g}; a constant answer "
                f"has {found.constant:.4g}."
            ],
        )
    if evidence:
        worth = "hint" if stopped else level
        yield Sign(worth, 0.7, Place(None, "epochs", str(len(held))), tuple(evidence), repair)


def got_worse(facts: Facts, found: Descent, held: np.ndarray) -> tuple[Level, list[str]] | None:
    """Return how much validation got worse while training went on, and the evidence; None where it did not."""
    rose, fell = rise(facts), drop(facts)
    end = float(np.median(held[-3:]))
    if rose is None or not unlearns(facts):
        return None
    up, spread, best = rose
    low = float(held[best])
    far = f", {up / spread:.0f} times its noise above" if spread > 0 else ""
    evidence = [
        f"The validation loss is lowest in epoch {best + 1} with {low:.4g} and ends at {end:.4g}{far}; the "
        f"training loss fell from {found.loss[best]:.4g} to {found.end:.4g}."
    ]
    if fell is not None:
        evidence.append(f"Validation accuracy ends {fell:.1f} standard errors below its best.")
    return ("warning" if fell is not None or up >= 0.25 * abs(low) else "hint"), evidence


def stays_behind(facts: Facts, found: Descent, held: np.ndarray) -> bool:
    """Tell whether training rows are learnt and validation rows hardly better than by a constant answer."""
    if found.constant is None or (held_rows(facts) or 0) < 30 or found.left >= 0.2:
        return False
    lowest, end = float(held.min()) / found.constant, float(held[-1]) / found.constant
    return end >= 0.8 and 0.7 <= lowest < 0.98 and not gains_half(facts)


def gains_half(facts: Facts) -> bool:
    """Tell whether right answers rose, over the commonest class's share, half as far as on the training rows."""
    here, there, share = accuracy(facts), accuracy(facts, "val_"), commonest(facts)
    if here is None or there is None or share is None:
        return False
    return there - share >= 0.5 * (here - share)


@check(
    "D621",
    "What it learns holds for no other row",
    faults=("F28", "F23"),
    stage="course",
    explains=("D607", "D608"),
)
def holds_for_no_other(facts: Facts) -> Iterator[Sign]:
    """Training finds something in its rows while validation never gets better than one and the same answer to all.

    Source: Zhang et al. 2017: networks learn random labels by heart. Thresholds: on 30 rows and more, the validation
    loss is never below 98 % of the best constant answer's, and the training loss ends at eight tenths of it; or the
    validation loss is never below 99.5 %, of answers on 100 rows and more no more are right than a constant one has (by
    two standard errors), and on the training rows more by six.
    """
    found, held = descent(facts), column(facts, "val_loss")
    if found is None or held is None or found.constant is None:
        return
    rows, lowest = held_rows(facts) or 0, float(held.min()) / found.constant
    is_deep = rows >= 30 and found.left <= 0.8 and lowest >= 0.98
    if not is_deep and not (rows >= 100 and lowest >= 0.995 and scores_here_only(facts)):
        return
    evidence = [
        f"The training loss went to {found.end:.4g}, the validation loss never below {held.min():.4g}; a constant "
        f"answer has {found.constant:.4g}.",
    ]
    if not is_deep:
        evidence.append(
            f"Of the training rows {accuracy(facts):.1%} are right, of the others {accuracy(facts, 'val_'):.1%}; a "
            f"constant answer gets {commonest(facts):.1%}."
        )
    repair = Repair(
        "check that x[i] and y[i] belong together, in both parts; else more rows, or a smaller network"
    )
    yield Sign("warning", 0.65, Place(None, "y"), tuple(evidence), repair)


def scores_here_only(facts: Facts) -> bool:
    """Tell whether answers on training rows are better than a constant one, and those on the others are not."""
    here, there = above_chance(facts), above_chance(facts, "val_")
    return here is not None and there is not None and here > 6 and there < 2


@check("D608", "It grows too sure of itself", faults=("F23",), stage="course")
def over_confident(facts: Facts) -> Iterator[Sign]:
    """The validation loss rises while as many answers are right: the wrong ones are given with more certainty.

    Source: Guo et al., On Calibration of Modern Neural Networks, 2017. Thresholds: those of D607 for the loss, and an
    accuracy that ends less far below its best than there. A rise by half, within two standard errors, is a warning:
    labels are right, probabilities are not.
    """
    rose, fell = rise(facts), drop(facts)
    held = column(facts, "val_loss")
    if rose is None or fell is None or held is None or unlearns(facts):
        return
    up, _, best = rose
    stopped = facts.course is not None and facts.course.ended == "early stopping"
    worth = "warning" if up >= 0.5 * abs(float(held[best])) and not stopped else "hint"
    evidence = (
        f"The validation loss rises from {held[best]:.4g} in epoch {best + 1} by {up:.3g}, while accuracy stays within "
        f"{max(fell, 0):.1f} standard errors of its best.",
    )
    ruled_out = ("It does not unlearn: as many validation rows are right as at the best epoch.",)
    repair = Repair(
        "EarlyStopping(patience=5, restore_best_weights=True), label_smoothing=0.1, or a temperature for the logits",
        (StopEarly(),),
    )
    yield Sign(worth, 0.6, Place(None, "epochs", str(len(held))), evidence, repair, ruled_out)


@check("D609", "Too few validation rows to tell", faults=("F33",), stage="course")
def too_few_held(facts: Facts) -> Iterator[Sign]:
    """A share of few rows is known only to its standard error; gaps and bests within it mean nothing.

    Source: the binomial distribution: sqrt(p (1 - p) / n). Threshold: one standard error of five points and more, that
    is fewer than about 100 rows. A hint: nothing is wrong with the network.
    """
    name, rows = score_name(facts), held_rows(facts)
    held = column(facts, f"val_{name}") if name else None
    trained = column(facts, name) if name else None
    if held is None or trained is None or not rows:
        return
    share = float(np.median(held[-3:]))
    error = float(np.sqrt(max(share * (1 - share), 0.01) / rows))
    if error < 0.05:
        return
    gap = float(np.median(trained[-3:])) - share
    evidence = (
        f"{rows} rows are validated on: the accuracy {share:.2f} is known to +-{2 * error:.2f}; training is at "
        f"{share + gap:.2f}.",
    )
    repair = Repair("validation_split=0.3, or k-fold cross-validation")
    yield Sign("hint", 0.6, Place(None, "validation_data"), evidence, repair)


@check("D610", "Validation is better than training by far", faults=("F33",), stage="course")
def too_good(facts: Facts) -> Iterator[Sign]:
    """Rows that were not trained on cannot be easier than the others, unless they are of another kind, or in both.

    Source: UMLAUT (CHI 2021) warns from 5 points in one epoch on, where dropout and moving averages make more.
    Thresholds: without dropout, noise, augmentation or weights, the validation loss after an epoch is below seven
    tenths of the training loss of the next one in four of five epochs, by a tenth of the best constant answer's loss
    and by four of its standard errors, on 30 rows and more.
    """
    found, held, rows = descent(facts), column(facts, "val_loss"), held_rows(facts)
    if found is None or held is None or found.constant is None or is_noisy(facts):
        return
    loss, averages = found.loss, any(layer.kind == "BatchNormalization" for layer in facts.layers)
    if len(held) != len(loss) or len(held) < 4 or averages or (rows or 0) < 30:
        return
    error = 0.0
    noises = measured(facts, "loss_noise").get(WHOLE)
    if noises is not None and facts.fit.batch_size and rows:
        error = np.nan_to_num(ended_at(noises)) * (facts.fit.batch_size / rows) ** 0.5
    gaps = loss[1:] - held[:-1]
    better = (held[:-1] < 0.7 * loss[1:]) & (gaps > 0.1 * found.constant) & (gaps > 4 * error)
    if float(np.mean(better)) < 0.8:
        return
    evidence = (
        f"The validation loss is {held[-2]:.4g} where the training loss is {loss[-1]:.4g}, and lower in "
        f"{np.mean(better):.0%} of the epochs.",
    )
    ruled_out = (
        "Dropout, noise and augmentation, which make the training loss larger: there are none.",
    )
    repair = Repair(
        "split at random, and look for rows that are in both parts", (SetFit("shuffle", True),)
    )
    yield Sign("warning", 0.55, Place(None, "validation_data"), evidence, repair, ruled_out)
