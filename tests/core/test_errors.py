"""Errors teach: the template, the user's line, the nearest name."""

import pytest

from pellucid.core import errors
from pellucid.core.limits import Boolean, Choice, Instance, Integer, Limit, Real, check
from pellucid.core.record import Recorded


def test_message_names_who_what_where_and_repair():
    error = errors.ArgumentError("Dense 'a'", "`units` is -3.", "Dense(units=3)")
    lines = str(error).split("\n")
    assert lines[0] == "Dense 'a': `units` is -3."
    assert lines[1].startswith("  at test_errors.py:") and "errors.ArgumentError(" in lines[1]
    assert lines[2] == "  Repair: Dense(units=3)"


def test_errors_are_pythons_own_kinds_too():
    assert issubclass(errors.ShapeError, ValueError)
    assert issubclass(errors.ArgumentTypeError, TypeError)
    assert issubclass(errors.FrozenError, AttributeError)


def test_unknown_name_offers_the_nearest():
    error = errors.unknown_name("optimizer", "adm", ["adam", "sgd"])
    assert "write 'adam' instead of 'adm'" in str(error)


@pytest.mark.parametrize(
    ("limit", "good", "bad"),
    [
        (Real(0, 1, "left"), [0, 0.5, 0.999], [1.0, -0.1, float("nan"), True, "1"]),
        (Real(0, 1, "neither"), [0.5], [0, 1]),
        (Real(0, closed="right"), [1, 1e9], [0, float("inf")]),
        (Integer(1, 3), [1, 3], [0, 4, 1.5, True]),
        (Choice(("a", None)), ["a", None], ["b"]),
        (Boolean(), [True], [1]),
        (Instance((str,), "text"), ["x"], [1]),
    ],
)
def test_limits(limit: Limit, good, bad):
    for value in good:
        assert limit.allows(value), value
    for value in bad:
        assert not limit.allows(value), value
    assert not limit.allows(limit.bad_value())


def test_none_is_refused_unless_optional():
    check("X", {"a": None}, {"a": Real(optional=True)})
    with pytest.raises(errors.ArgumentTypeError, match="`a` must be"):
        check("X", {"a": None}, {"a": Real()})


class Base(Recorded):
    limits = {"rate": Real(0, 1)}

    def __init__(self, rate=0.5, *, name=None):
        self.rate = rate
        self.name = name


class Own(Base):
    limits = {"size": Integer(1)}

    def __init__(self, size, **kwargs):
        self.size = size
        super().__init__(**kwargs)


def test_recorded_objects_remember_their_arguments():
    made = Own(3, rate=0.25)
    assert repr(made) == "Own(size=3, rate=0.25)"
    assert made.get_config() == {"size": 3, "rate": 0.25, "name": None}
    assert made.clone(size=4).get_config() == {"size": 4, "rate": 0.25, "name": None}
    assert Own.from_config(made.get_config()).rate == 0.25


def test_limits_of_bases_are_checked_too():
    with pytest.raises(errors.ArgumentError, match="`rate` must be a number in \\[0, 1\\]"):
        Own(1, rate=2.0)
    with pytest.raises(errors.ArgumentError, match="`size` must be an integer of at least 1"):
        Own(0)


def test_unknown_argument_of_a_pellucid_class_offers_the_nearest():
    from pellucid.layers import Dense

    with pytest.raises(errors.ArgumentTypeError, match="write `units=` instead of `unit=`"):
        Dense(unit=3)


def test_recorded_objects_can_be_copied_and_pickled():
    import copy
    import pickle

    made = Own(3, rate=0.25)
    for again in (copy.copy(made), copy.deepcopy(made), pickle.loads(pickle.dumps(made))):
        assert repr(again) == repr(made)


@pytest.mark.parametrize("kind", [errors.ArgumentTypeError, errors.UsageError])
def test_programs_that_catch_kerass_value_errors_go_on(kind):
    with pytest.raises(ValueError, match="who: what"):
        raise kind("who", "what")
