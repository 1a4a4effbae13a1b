"""Processes seen from outside, and the pages written from the records."""

import sys

import pytest

from benchmarks import report
from benchmarks.figures import tabulate
from benchmarks.measure import ProcessFailed, facts_in, run_process
from benchmarks.targets import TARGETS

HOLD = "import time; held = bytearray(80 << 20); time.sleep(0.2); "
TELL = "print('BENCHMARK {\"value\": 3}')"


@pytest.mark.skipif(sys.platform == "win32", reason="os.wait4 is POSIX")
def test_a_process_is_timed_and_its_memory_taken_from_outside():
    outcome = run_process([sys.executable, "-c", HOLD + TELL], {})
    assert outcome.facts == {"value": 3}
    assert 0.2 < outcome.wall_seconds < 30
    assert outcome.peak_bytes > 80 << 20


@pytest.mark.skipif(sys.platform == "win32", reason="os.wait4 is POSIX")
def test_a_failing_process_says_its_last_line():
    with pytest.raises(ProcessFailed, match="exit status 1: ValueError: too small"):
        run_process([sys.executable, "-c", "raise ValueError('too small')"], {})


def test_chatter_is_not_a_fact():
    assert facts_in('loading\nBENCHMARK {"loss": 0.5}\nbye') == {"loss": 0.5}
    assert facts_in("nothing here") == {}


def test_text_between_markers_is_replaced_and_the_rest_kept():
    page = "before\n<!-- digits -->\nold\n<!-- end of digits -->\nafter"
    expected = "before\n<!-- digits -->\nnew\n<!-- end of digits -->\nafter"
    assert report.replace(page, "digits", "new") == expected
    assert report.replace(page, "startup", "new") == page


def test_a_marker_without_its_end_is_an_error():
    with pytest.raises(ValueError, match="end of digits"):
        report.replace("<!-- digits -->\nold", "digits", "new")


def test_a_suite_table_has_values_samples_and_ratios():
    records = [
        {"suite": "mnist_small", "peer": peer, "quantity": "step", "value": value}
        for peer, value in (("pellucid", 1e-4), ("pytorch", 3e-4), ("pytorch", 2.5e-4))
    ]
    lines = report.suite_table(tabulate(records), "mnist_small").splitlines()
    assert lines[2] == "| Pellucid | 100 (1) | 1.00 |"
    assert lines[3] == "| PyTorch, eager | 250 (2) | 2.50 |"
    assert len(lines) == 4


def test_the_target_table_has_a_row_for_each_target():
    rows = report.target_table({}).splitlines()[2:]
    assert len(rows) == len(TARGETS)
    assert all(row.endswith("| not measured |") for row in rows)


def test_the_table_of_loops_has_a_row_for_each_convolution():
    record = {"quantity": "worst", "value": 1.5, "ratios": {"2x64x16x32x3x48x2": 1.5}}
    table = report.in_loop_table({"in_loop": {"records": [record]}})
    assert table.splitlines()[2] == "| 16x16x32 | 64 | 3 | 48 | 2 | 1.50 |"


def test_the_pages_have_every_marker():
    docs, readme = (path.read_text(encoding="utf-8") for path in report.PAGES)
    for name in report.sections({}):
        assert f"<!-- {name} -->" in docs
        assert f"<!-- end of {name} -->" in docs
    assert "<!-- targets -->" in readme
