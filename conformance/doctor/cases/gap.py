"""Training and validation apart: overfitted, over-confident, leaked, or too few rows to tell; three of each."""

from __future__ import annotations

from typing import Any

from conformance.doctor import faults
from conformance.doctor.bases import BASES
from conformance.doctor.case import Case
from conformance.doctor.recipe import Recipe

OVERFITTED, OVERCONFIDENT = ("D607",), ("D608",)
LEAKED, TOO_FEW = ("D107", "D130", "D610"), ("D131", "D609")
_STOP = (("EarlyStopping", {"patience": 3, "restore_best_weights": True}),)
_SAME = "the network is the same: what is wrong is what can be said of it"


def _case(
    word: str,
    code: str,
    told_by: tuple[str, ...],
    recipe: Recipe,
    fixed: Recipe,
    reach: float,
    **more: Any,
) -> Case:
    return Case(f"gap-{word}", "gap", recipe, (code,), (), fixed, reach, told_by=told_by, **more)


def _overfitted() -> list[Case]:
    """Return validation that gets worse, in the metric, too."""
    rough = (
        BASES["mnist-mlp"]
        .recipe.but(rows=200, epochs=80, transforms=(faults.noisy_labels(0.3),))
        .with_part(1, units=256)
    )
    wordy = (
        BASES["reviews-text"]
        .recipe.but(rows=1000, epochs=40, score="likelihood")
        .with_part(0, output_dim=64)
        .rate(0.01)
    )
    wide = BASES["diabetes-mlp"].recipe.but(epochs=200, callbacks=()).rate(0.005)
    return [
        _case(
            "overfitted-digits",
            "F23",
            OVERFITTED,
            rough.but(score="likelihood"),
            rough.but(score="likelihood", callbacks=_STOP),
            0.2,
        ),
        _case("overfitted-reviews", "F23", OVERFITTED, wordy, wordy.but(callbacks=_STOP), 0.45),
        _case("overfitted-diabetes", "F23", OVERFITTED, wide, wide.but(callbacks=_STOP), 0.25),
    ]


def _overconfident() -> list[Case]:
    """Return validation whose loss rises while the metric stays."""
    clothes = BASES["fashion-cnn"].recipe.but(epochs=60, score="likelihood").rate(0.003)
    news = BASES["news-conv"].recipe.but(epochs=40, score="likelihood")
    digits = BASES["mnist-mlp"].recipe.but(rows=400, epochs=100, score="likelihood").rate(0.005)
    return [
        _case(
            "overconfident-fashion",
            "F23",
            OVERCONFIDENT,
            clothes,
            clothes.but(callbacks=_STOP),
            0.4,
        ),
        _case("overconfident-news", "F23", OVERCONFIDENT, news, news.but(callbacks=_STOP), 0.4),
        _case(
            "overconfident-digits", "F23", OVERCONFIDENT, digits, digits.but(callbacks=_STOP), 0.4
        ),
    ]


def _leaked() -> list[Case]:
    """Return validation that is better than it will ever be again."""
    cancer, pima, news = (
        BASES["cancer-mlp"].recipe,
        BASES["pima-mlp"].recipe,
        BASES["news-conv"].recipe,
    )
    return [
        _case("leaked-column", "F33", LEAKED, pima.but(transforms=(faults.leaked,)), pima, 0.7),
        _case(
            "leaked-answer",
            "F33",
            LEAKED,
            cancer.but(transforms=(faults.leaked,)),
            cancer,
            0.9,
            only_static="the other columns say nearly as much: what is wrong is how sure validation is",
        ),
        _case(
            "leaked-rows",
            "F33",
            LEAKED,
            news.but(transforms=(faults.seen_before,)),
            news,
            0.65,
            only_static=_SAME,
        ),
    ]


def _too_few() -> list[Case]:
    """Return validation by a handful of rows."""
    return [
        _case(
            f"too-few-{base}",
            "F33",
            TOO_FEW,
            BASES[base].recipe.but(transforms=(faults.few_validated(8),)),
            BASES[base].recipe,
            BASES[base].reach,
            only_static=_SAME,
        )
        for base in ("cancer-mlp", "fashion-cnn", "california-mlp")
    ]


CASES: tuple[Case, ...] = (*_overfitted(), *_overconfident(), *_leaked(), *_too_few())
FAMILY = frozenset((*OVERFITTED, *OVERCONFIDENT, *LEAKED, *TOO_FEW))
"""All checks that say why training and validation are apart."""
