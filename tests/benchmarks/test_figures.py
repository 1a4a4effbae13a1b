"""The arithmetic between the samples and the tables."""

import pytest

from benchmarks.figures import BEST_KERAS, agrees, limiting, passes, ratio, tabulate
from benchmarks.report import COLUMNS, OURS, POPULATION
from benchmarks.targets import TARGETS, Target

PEERS_NAMED = ("pellucid", "pytorch", "keras-jax")


def sample(peer, quantity, value, suite="digits"):
    return {"suite": suite, "peer": peer, "quantity": quantity, "value": value}


def test_a_whole_process_is_judged_by_its_median():
    table = tabulate(sample("pytorch", "first", value) for value in (9.0, 2.0, 3.0))
    assert limiting(table, "digits", "first", "pytorch") == 3.0


def test_a_steady_state_is_judged_by_its_best():
    table = tabulate(sample("pytorch", "step", value) for value in (9.0, 2.0, 3.0))
    assert limiting(table, "digits", "step", "pytorch") == 2.0


def test_a_peer_without_a_cache_has_one_figure_for_both_processes():
    table = tabulate([sample("pytorch", "first", 2.0), sample("pellucid", "first", 1.0)])
    assert limiting(table, "digits", "second", "pytorch") == 2.0
    assert limiting(table, "digits", "second", "pellucid") is None


def test_the_best_keras_is_the_fastest_backend_that_was_measured():
    table = tabulate([sample("keras-jax", "first", 4.0), sample("keras-torch", "first", 3.0)])
    assert limiting(table, "digits", "first", BEST_KERAS) == 3.0
    assert limiting(table, "digits", "first", "flax") is None


def test_a_ratio_above_one_means_that_pellucid_needs_less():
    table = tabulate([sample("pytorch", "first", 3.0), sample("pellucid", "first", 2.0)])
    assert ratio(table, "digits", "first", "pytorch") == 1.5
    assert ratio(table, "digits", "first", BEST_KERAS) is None


def test_records_of_failed_runs_carry_no_sample():
    failed = {"suite": "digits", "peer": "flax", "quantity": "error", "error": "exit status 1"}
    assert tabulate([failed]) == {}


@pytest.mark.parametrize(
    ("found", "optimizer", "equal"),
    [(1.00005, "sgd", True), (1.0002, "sgd", False), (1.001, "adam", True), (0.99, "adam", False)],
)
def test_losses_must_equal_the_reference(found, optimizer, equal):
    assert agrees(found, 1.0, optimizer) is equal


def test_gates_bound_losses_from_above_and_accuracies_from_below():
    assert passes({"loss": 0.2}, ("loss", 0.6))
    assert not passes({"loss": 0.7}, ("loss", 0.6))
    assert passes({"accuracy": 0.98}, ("accuracy", 0.97))
    assert not passes({"accuracy": 0.96}, ("accuracy", 0.97))


def test_a_target_is_a_ratio_to_a_peer_or_a_limit_in_seconds():
    table = tabulate(
        [
            sample("pellucid", "first", 1.0),
            sample("pytorch", "first", 1.4),
            sample("pellucid", "import", 0.05, suite="startup"),
        ]
    )
    assert Target("", "digits", "first", "pytorch", 1.3).reached(table) is True
    assert Target("", "digits", "first", "pytorch", 1.5).reached(table) is False
    assert Target("", "digits", "first", BEST_KERAS, 2.0).reached(table) is None
    assert Target("", "startup", "import", "", 0.1).reached(table) is True
    assert Target("", "startup", "import", "", 0.04).reached(table) is False


def test_a_target_may_compare_two_figures_of_pellucids_own():
    records = [sample("pellucid", "member", 0.5), sample("pellucid", "alone", 0.6)]
    target = Target("", "digits", "member", "pellucid", 1.0, "alone")
    assert target.found(tabulate(records)) == pytest.approx(1.2)
    assert target.reached(tabulate(records)) is True
    assert target.reached(tabulate(records[:1])) is None


def test_every_target_can_be_found():
    wanted = {(t.suite, q) for t in TARGETS for q in (t.quantity, t.against) if q}
    records = [sample(peer, q, 1.0, suite) for suite, q in wanted for peer in PEERS_NAMED]
    assert all(target.found(tabulate(records)) == 1.0 for target in TARGETS)


def test_every_target_names_something_that_is_measured_and_shown():
    shown = {(suite, column[0]) for suite, columns in COLUMNS.items() for column in columns}
    shown |= {("startup", quantity) for quantity in OURS}
    shown |= {("population16", quantity) for quantity in POPULATION} | {("in_loop", "worst")}
    assert {(target.suite, target.quantity) for target in TARGETS} <= shown
