"""Order of findings: causes before symptoms, the worst and surest first, three at most, what is known left out."""

import numpy as np
import pytest

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks import _FILES, all_checks
from pellucid.insight.doctor.diagnosis import asked, diagnosis_of
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Finding, Place, Sign
from pellucid.insight.doctor.ranking import apart, ranked


def rule(code, *, explains=()):
    """Return a check of that code."""
    return check(code, code, faults=(), explains=explains)(lambda facts: ())


def found(code, level="warning", confidence=0.5, layer=None):
    """Return a finding."""
    return Finding(code, code, (), Sign(level, confidence, Place(layer), ()))


CHECKS = (
    rule("D201", explains=("D601", "D602")),
    rule("D401"),
    rule("D601", explains=("D602",)),
    rule("D602"),
)


def codes(*findings):
    """Return the codes in order."""
    return [finding.code for finding in ranked(findings, CHECKS)]


def test_a_cause_comes_before_its_symptom_however_sure_that_is():
    assert codes(found("D601", "serious", 0.9), found("D201", "warning", 0.3)) == ["D201", "D601"]


def test_a_hint_explains_nothing_and_comes_last():
    assert codes(found("D601"), found("D201", "hint", 1.0)) == ["D601", "D201"]


def test_serious_before_warning_and_sure_before_unsure():
    order = codes(
        found("D401", "warning", 0.9), found("D602", "serious", 0.2), found("D201", "warning", 0.95)
    )
    assert order == ["D201", "D401", "D602"]  # D602 is a symptom of D201
    assert codes(found("D401", "warning", 0.9), found("D602", "serious", 0.2)) == ["D602", "D401"]


def test_a_symptom_is_named_beside_its_cause():
    first = ranked([found("D602"), found("D201"), found("D601")], CHECKS)[0]
    assert (first.code, first.symptoms) == ("D201", ("D601", "D602"))


def test_a_symptom_of_a_sure_cause_is_no_finding_of_its_own():
    order = ranked([found("D601"), found("D201", confidence=0.9), found("D401")], CHECKS)
    heeded, symptoms = apart(order)
    assert [finding.code for finding in heeded] == ["D201", "D401"]
    assert [finding.code for finding in symptoms] == ["D601"]
    unsure = ranked([found("D601"), found("D201", confidence=0.6)], CHECKS)
    assert apart(unsure) == (unsure, [])


def test_no_check_explains_itself_by_way_of_others():
    explains = {each.code: set(each.explains) for each in all_checks()}

    def reached(code, seen):
        for further in explains.get(code, ()):
            if further in seen:
                circles.append((code, further))
            elif further not in done:
                reached(further, seen | {further})
        done.add(code)

    done, circles = set(), []
    for code in explains:
        reached(code, {code})
    assert not circles


def test_the_second_finding_of_a_code_stands_behind_other_codes():
    findings = [
        found("D401", confidence=0.9, layer="a"),
        found("D401", confidence=0.8, layer="b"),
        found("D602"),
    ]
    assert codes(*findings) == ["D401", "D602", "D401"]


def test_two_checks_that_explain_each_other_are_both_causes():
    checks = (rule("D101", explains=("D102",)), rule("D102", explains=("D101",)))
    order = ranked([found("D101", confidence=0.4), found("D102", confidence=0.6)], checks)
    assert [finding.code for finding in order] == ["D102", "D101"]


@pytest.mark.parametrize(("level", "exit_code"), [("serious", 2), ("warning", 1), ("hint", 0)])
def test_the_exit_code_says_how_bad_it_is(monkeypatch, level, exit_code):
    made = check("D999", "Something", faults=("F99",))(
        lambda facts: [Sign(level, 0.5, Place("dense", "units", "1"), ("One.",))] * 5
    )
    monkeypatch.setattr("pellucid.insight.doctor.diagnosis.all_checks", lambda: (made,))
    diagnosis = diagnosis_of(Facts())
    assert diagnosis.exit_code == exit_code
    assert len(diagnosis.findings) == (3 if exit_code else 0)
    assert len(diagnosis.others) == (2 if exit_code else 0)
    assert len(diagnosis.hints) == (0 if exit_code else 5)
    known = diagnosis_of(Facts(), acknowledge=["D999@dense"])
    assert (known.exit_code, len(known.acknowledged)) == (0, 5)
    assert len(diagnosis_of(Facts(), acknowledge=["D999@dense_1"]).acknowledged) == 0


def test_a_check_that_fails_is_said_and_ends_nothing():
    def look(facts):
        yield Sign("hint", 0.5, Place(), ())
        raise ZeroDivisionError("of nothing")

    findings, silent = asked([check("D998", "Broken", faults=())(look), rule("D997")], Facts())
    assert silent == ["D998 (Broken) failed: ZeroDivisionError: of nothing"]
    assert [finding.code for finding in findings] == ["D998"]  # what was seen before stays


def test_a_diagnosis_is_plain_data_and_a_file(tmp_path, monkeypatch):
    sign = Sign("serious", 0.875, Place("dense", "units", "1"), ("a < b",))
    made = check("D999", "Something", faults=("F99",))(lambda facts: [sign])
    monkeypatch.setattr("pellucid.insight.doctor.diagnosis.all_checks", lambda: (made,))
    diagnosis = diagnosis_of(Facts(unknown=("Too short.",)))
    path = diagnosis.save(tmp_path / "diagnosis.json")
    assert '"code": "D999"' in path.read_text()
    assert diagnosis.to_dict()["findings"][0]["layer"] == "dense"
    assert "a &lt; b" in diagnosis._repr_html_()
    text = str(diagnosis)
    assert "1. Something [D999, serious, 88% sure]" in text
    assert "Not known: Too short." in text


def test_checks_have_codes_of_their_own_and_explain_checks_that_exist():
    checks = all_checks()
    assert len({each.code for each in checks}) == len(checks)
    named = np.unique([code for each in checks for code in each.explains])
    assert set(named) <= {each.code for each in checks}
    assert _FILES
    assert all(each.look.__doc__ for each in checks), "each says what it compares with what"


def test_symptoms_stay_behind_a_cause_that_is_acknowledged(monkeypatch):
    sure, behind = Sign("serious", 1.0, Place("dense"), ()), Sign("serious", 0.9, Place(), ())
    checks = (
        check("D201", "Cause", faults=(), explains=("D505",))(lambda facts: [sure]),
        check("D505", "Symptom", faults=())(lambda facts: [behind]),
    )
    monkeypatch.setattr("pellucid.insight.doctor.diagnosis.all_checks", lambda: checks)
    diagnosis = diagnosis_of(Facts(), acknowledge=["D201"])
    assert (diagnosis.exit_code, [each.code for each in diagnosis.others]) == (0, ["D505"])
    assert [each.code for each in diagnosis.acknowledged] == ["D201"]
    assert diagnosis_of(Facts(), acknowledge=["D505"]).findings[0].code == "D201"
