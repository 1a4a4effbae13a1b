"""The bank of trainings that the doctor is scored on: what is in it, how it is scored, and a sample of it."""

from collections import Counter

import numpy as np
import pytest

from conformance.doctor import scores, scoring
from conformance.doctor.__main__ import chosen, main, options
from conformance.doctor.batches import BATCH, batches_of
from conformance.doctor.cases import CASES
from conformance.doctor.cases.gap import FAMILY
from conformance.doctor.matching import is_located, is_right
from conformance.doctor.rates import checks_table, totals_table
from conformance.doctor.running import Outcome, is_constant, run
from conformance.doctor.table import TARGETS
from conformance.doctor.twins import Gate

BY_ID = {case.id: case for case in CASES}
SAMPLE = ("31880720", "48221692", "F09-digits-cnn-sgd", "iris-small")
CATALOGUE = {f"F{number:02}" for number in range(1, 40)}


def finding(code="D201", faults=("F01",), level="serious", layer=None, argument=None, symptoms=()):
    return {
        "code": code, "faults": list(faults), "level": level, "layer": layer, "argument": argument,
        "symptoms": list(symptoms),
    }  # fmt: skip


def outcome(case, *findings, repaired=False, score=1.0, seed=0, **more):
    return Outcome(case, seed, repaired, findings=list(findings), score=score, **more)


def test_the_bank_has_what_it_promises():
    groups = Counter(case.group for case in CASES)
    assert len(BY_ID) == len(CASES)
    assert groups["pool A"] + groups["pool B"] >= 50
    assert groups["injected"] >= 60 and groups["healthy"] >= 60
    assert groups["NaN"] >= 12 and groups["gap"] == 12


def test_half_of_our_own_cases_are_held_out():
    for group in ("injected", "healthy"):
        hidden = [case.is_held_out for case in CASES if case.group == group]
        assert 0.4 <= np.mean(hidden) <= 0.6
    assert not any(case.is_held_out for case in CASES if case.group not in ("injected", "healthy"))


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.is_faulty], ids=lambda case: case.id
)
def test_a_fault_has_a_code_a_place_and_a_repaired_program(case):
    assert set(case.faults) | set(case.also) <= CATALOGUE
    assert case.spots or set(case.told_by) <= FAMILY
    assert case.fixed is not None or case.only_static


def test_every_healthy_program_must_reach_a_score():
    assert all(case.reach > 0 for case in CASES if not case.is_faulty or case.fixed is not None)


def test_every_program_can_be_made():
    seen = set()
    for case in filter(lambda case: case.is_here, CASES):
        model = case.program(0).model
        assert len(case.places(model)) == len(case.spots)
        seen.add(id(case.recipe))
    for case in filter(lambda case: case.is_here and case.fixed is not None, CASES):
        if id(case.fixed) not in seen:
            case.program(0, repaired=True)
            seen.add(id(case.fixed))
    assert len(seen) >= 150


def test_the_same_seed_makes_the_same_program():
    first, second, other = (BY_ID["48221692"].program(seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.x, second.x)
    np.testing.assert_array_equal(first.model.get_weights()[0], second.model.get_weights()[0])
    assert not np.array_equal(first.x, other.x)


def test_held_rows_are_not_trained_on():
    program = BY_ID["39525358"].program(0)
    assert not {row.tobytes() for row in program.x} & {row.tobytes() for row in program.x_held}


@pytest.mark.parametrize(
    ("score", "predicted", "truth", "wanted"),
    [
        ("accuracy", [[0.1, 0.9], [0.8, 0.2]], [1, 1], 0.5),
        ("accuracy", [[0.6], [0.2]], [1, 0], 1.0),
        ("accuracy_of_logits", [[0.2], [-0.2]], [1, 0], 1.0),
        ("accuracy_of_signs", [[0.2], [0.2]], [1, -1], 0.5),
        ("balanced", [[0.1]] * 4, [0, 0, 0, 1], 0.5),
        ("labels", [[0.9, 0.1], [0.1, 0.1]], [[1, 0], [0, 1]], 0.75),
        ("likelihood", [[0.5], [0.5]], [0, 1], 0.5),
        ("r2", [[1.0], [2.0], [3.0]], [1, 2, 3], 1.0),
        ("r2", [[2.0], [2.0], [2.0]], [1, 2, 3], 0.0),
        ("accuracy", [[np.nan]], [1], -1.0),
    ],
)
def test_scores(score, predicted, truth, wanted):
    assert scores.judge(score, np.array(predicted), np.array(truth)) == pytest.approx(wanted)


def test_equivalents_count_and_other_codes_do_not():
    case = BY_ID["F09-digits-cnn-sgd"]
    told = outcome(case.id, score=0.1)
    assert is_right(finding(faults=("F10",)), case, told)
    assert not is_right(finding(faults=("F06",)), case, told)


def test_scaling_is_a_right_answer_to_a_rate_only_where_the_loss_diverges():
    case = BY_ID["F08-mpg-mlp-adam"]
    assert not is_right(finding(faults=("F06",)), case, outcome(case.id, score=0.1))
    assert is_right(finding(faults=("F06",)), case, outcome(case.id, score=-1.0))


def test_constant_answers_are_right_to_say_where_they_are_and_name_no_fault():
    case = BY_ID["66407123"]
    said = finding("D604", ("F39",))
    assert not is_right(said, case, outcome(case.id))
    assert is_right(said, case, outcome(case.id, constant=True))
    assert not scoring.Run(case, outcome(case.id, said, constant=True)).is_diagnosed(3)


@pytest.mark.parametrize(
    ("predicted", "wanted"),
    [([[1.0], [1.0]], True), ([[1.0], [1.1]], False), ([[np.nan], [np.nan]], False)],
)
def test_constant_answers(predicted, wanted):
    assert is_constant(np.array(predicted)) is wanted


def test_a_place_is_a_layer_or_an_argument_of_none():
    told = outcome("x", places=[("dense_1", "activation"), (None, "loss")])
    assert is_located(finding(layer="dense_1"), told)
    assert is_located(finding(layer="model/dense_1", argument="units"), told)
    assert is_located(finding(argument="loss"), told)
    assert not is_located(finding(layer="dense", argument="activation"), told)


def test_totals_of_a_right_a_wrong_and_a_silent_doctor():
    cases = [
        BY_ID[name] for name in ("31880720", "66407123", "58055105", "iris-small", "wine-plain")
    ]
    right, wrong = finding(layer="dense_1"), finding("D301", ("F17",))
    outcomes = [
        outcome("31880720", right, wrong, places=[("dense_1", "activation")]),
        outcome("31880720", repaired=True),
        outcome("66407123", wrong, right, places=[("dense_2", "activation")]),
        outcome("58055105"),
        outcome("iris-small", wrong),
        outcome("wine-plain", wrong, score=0.2),
    ]
    found = {
        name: (share.part, share.of) for name, share in scoring.totals(cases, outcomes).items()
    }
    assert found["detected"] == (2, 3)
    assert found["right cause first"] == (1, 3)
    assert found["right cause among three"] == (2, 3)
    assert found["located"] == (1, 3)
    assert found["precision on faulty programs"] == (2, 4)
    assert found["precision on all programs"] == (2, 5)
    assert found["alarms, healthy programs"] == (1, 1)
    assert found["alarms, repaired programs"] == (0, 1)
    assert found["runs below their score"] == (1, 3)


def test_symptoms_of_a_right_cause_can_be_left_aside():
    cases = [BY_ID["31880720"]]
    faulty, _ = scoring.split(
        cases, [outcome("31880720", finding(symptoms=("D506",)), finding("D506", ("F39",)))]
    )
    assert scoring.precision(faulty).of == 2
    assert scoring.precision(faulty, aside=True).of == 1


def test_a_program_counts_where_three_of_five_seeds_do():
    cases = [BY_ID["66407123"]]
    for alarms, wanted in ((2, 0), (3, 1)):
        outcomes = [
            outcome("66407123", *([finding()] if seed < alarms else []), seed=seed)
            for seed in range(5)
        ]
        assert scoring.totals(cases, outcomes)["detected"].part == wanted


def test_the_gate_wants_a_clearly_better_repaired_program():
    case = BY_ID["66407123"]
    assert Gate(case, [0.5] * 5, [0.9] * 5).is_open
    assert not Gate(case, [0.88] * 5, [0.9] * 5).is_open
    assert not Gate(case, [0.1] * 5, [0.9, 0.9, 0.2, 0.2, 0.2]).is_open


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLE)
def test_a_sample_is_diagnosed(name):
    case = BY_ID[name]
    told = run(case, 0, repaired=False)
    assert not told.error
    if case.is_faulty:
        assert is_right(told.alarms[0], case, told)
    else:
        assert told.score is not None
        assert told.score >= case.reach
        assert not told.alarms


def test_scores_as_tables():
    share = {"part": 1, "of": 2, "share": 0.5}
    none = {"part": 0, "of": 0, "share": None}
    parts = {name: none if "verified" in name else share for name in TARGETS}
    checks = {"D101": {"right": 2, "wrong": 1, "healthy": 0}}
    score = {"parts": {"all": parts}, "checks": checks}
    table = totals_table({"open": score, "held out": score})
    assert "| located | at least 70% | 50.0% (1 of 2) | 50.0% (1 of 2) |" in table
    assert "| repair verified | at least 80% | - | - |" in table
    told = checks_table([score, score])
    assert told.endswith("| [D101](doctor/D101.md) The inputs are not scaled | 4 | 2 | 0 |")


def test_batches_hold_every_case_once_and_one_kind_of_data_each():
    cases = chosen(options(["--part", "open"]))
    batches = batches_of(cases)
    assert [case for batch in batches for case in batch] == cases
    assert all(len({case.recipe.source for case in batch}) == 1 for batch in batches)
    assert max(map(len, batches)) <= BATCH


@pytest.mark.slow
@pytest.mark.parametrize("processes", ["1", "2"])
def test_the_command_prints_the_score_and_writes_it(tmp_path, capsys, processes):
    file = tmp_path / "score.json"
    asked = ["--only", "48221692", "--seeds", "1", "--before", "--processes", processes]
    assert main([*asked, "--write", str(file)]) == 0
    assert "alarms, healthy programs" in capsys.readouterr().out
    assert '"48221692"' in file.read_text()
