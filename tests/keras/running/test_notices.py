"""What is said, how often, and when."""

from __future__ import annotations

import pytest

from pellucid.keras import notices


def test_a_notice_comes_once_and_tells_the_line():
    for _ in range(3):
        notices.say("lr", "`lr=` is now `learning_rate=`.")
    (notice,) = notices.collected()
    assert notice.text == "`lr=` is now `learning_rate=`."
    assert notice.kind == "form"
    assert notice.where.startswith("test_notices.py:")
    assert notices.in_words(notice) == f"{notice.text} ({':'.join(notice.where.split(':')[:2])})"


def test_differences_are_told_apart():
    notices.differs("AUC", "exact")
    assert notices.collected()[0].kind == "difference"


def test_held_notices_are_not_written(capsys: pytest.CaptureFixture[str]):
    notices.say("a", "first")
    assert capsys.readouterr().err == ""
    notices.hold(False)
    notices.say("b", "second")
    assert "second (test_notices.py:" in capsys.readouterr().err


def test_reset_lets_it_be_said_again():
    notices.say("a", "first")
    notices.reset()
    assert notices.collected() == []
