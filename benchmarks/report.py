"""Turn the records of the last runs into the tables of the docs, between markers.

The text around the markers is written by hand; what stands between them is replaced.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.figures import BEST_KERAS, Table, limiting, ratio, tabulate
from benchmarks.peers import PEERS
from benchmarks.targets import TARGETS, Target
from benchmarks.workloads import NETWORKS

HERE = Path(__file__).parent
PAGES = (HERE.parent / "docs" / "benchmarks.md", HERE / "README.md")
MICRO, MILLI, MIB = 1e-6, 1e-3, 2**20
# A sample counts as disturbed when others kept more than this many cores busy.
DISTURBED_CORES = 0.15
# Suite, quantity, heading of the section's column, unit and its name.
COLUMNS: dict[str, list[tuple[str, str, float, str]]] = {
    "simple_mlp": [
        ("training", "training once compiled", 1.0, "s"),
        ("first", "whole process, first", 1.0, "s"),
        ("second", "whole process, second", 1.0, "s"),
    ],
    "mnist_small": [("step", "one step", MICRO, "µs")],
    "mnist_wide": [("step", "one step", MICRO, "µs")],
    "digits": [
        ("first", "whole process, first", 1.0, "s"),
        ("second", "whole process, second", 1.0, "s"),
        ("memory_first", "peak memory, first", MIB, "MiB"),
        ("memory_second", "peak memory, second", MIB, "MiB"),
    ],
    "startup": [("import", "import statement", MILLI, "ms")],
    **{
        name: [
            ("step", "one step", MILLI, "ms"),
            ("memory_first", "peak memory, first", MIB, "MiB"),
            ("memory_second", "peak memory, second", MIB, "MiB"),
        ]
        for name in NETWORKS
    },
}

# What only Pellucid is measured for, besides the table of start-up.
OURS = {
    "compile_first": "compilation of the digits network in the first fit, first process",
    "compile_second": "the same, second process",
    "help": "`pellucid --help`, spawn to exit",
}
POPULATION = {
    "member": "sixteen networks at once, for each of them",
    "alone": "one network alone, in the same program",
}


def number(value: float) -> str:
    """Return three significant digits without an exponent."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.{2 if value < 10 else 1}f}" if value >= 1 else f"{value:.3g}"


def row(cells: list[str]) -> str:
    """Return one line of a Markdown table."""
    return "| " + " | ".join(cells) + " |"


def grid(heads: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table whose first column is text and the rest numbers."""
    rule = row(["---"] + ["--:"] * (len(heads) - 1))
    return "\n".join([row(heads), rule, *map(row, rows)])


def suite_table(table: Table, suite: str) -> str:
    """Return one suite's table: each peer's figure and its ratio to Pellucid's."""
    columns = COLUMNS[suite]
    rows = []
    for peer in PEERS.values():
        cells = [peer.title]
        for quantity, _, size, _ in columns:
            cells += figure(table, suite, quantity, peer.name, size)
        if any(cell != "–" for cell in cells[1:]):
            rows.append(cells)
    heads = ["peer"]
    for _, heading, _, unit in columns:
        heads += [f"{heading} ({unit})", "ratio"]
    return grid(heads, rows)


def figure(table: Table, suite: str, quantity: str, peer: str, size: float) -> list[str]:
    """Return the cells of one figure: value with the number of samples, and ratio."""
    value = limiting(table, suite, quantity, peer)
    if value is None:
        return ["–", "–"]
    count = len(table[suite][quantity][peer])
    times = ratio(table, suite, quantity, peer)
    return [f"{number(value / size)} ({count})", f"{times:.2f}" if times else "–"]


def target_table(table: Table) -> str:
    """Return the targets with what was found."""
    words = {True: "yes", False: "**no**", None: "not measured"}
    rows = []
    for target in TARGETS:
        reached = words[target.reached(table)]
        rows.append([target.work, aim(target), found(target, table), reached])
    return grid(["work", "to reach", "measured", "reached?"], rows)


def aim(target: Target) -> str:
    """Return a target's limit in words."""
    if not target.peer:
        return f"under {target.limit:g}{target.unit}"
    name = "the best Keras" if target.peer == BEST_KERAS else PEERS[target.peer].title
    if target.quantity == "memory_first":
        more = 1 / target.limit - 1
        return f"at most {name}'s plus {more:.0%}" if more else f"below {name}'s"
    if target.against:
        return f"at least {target.limit:g}x one alone"
    return f"at least {target.limit:g}x {name}"


def found(target: Target, table: Table) -> str:
    """Return what was measured for a target."""
    value = target.found(table)
    if value is None:
        return "–"
    return f"{value:.2f}x" if target.peer else f"{number(value)}{target.unit}"


def own_lines(table: Table, suite: str, names: dict[str, str]) -> str:
    """Return the figures that only Pellucid has."""
    lines = []
    for quantity, name in names.items():
        value = limiting(table, suite, quantity, "pellucid")
        if value is not None:
            lines.append(f"- {name}: {number(value)} s")
    return "\n".join(lines)


def in_loop_table(results: dict[str, Any]) -> str:
    """Return every convolution's time in a loop divided by that outside."""
    rows = []
    for record in results.get("in_loop", {}).get("records", []):
        for shape, times in record.get("ratios", {}).items():
            axes, batch, places, channels, size, filters, stride = shape.split("x")
            image = "x".join([places] * int(axes) + [channels])
            rows.append([image, batch, size, filters, stride, f"{times:.2f}"])
    return grid(["input", "batch", "size", "filters", "stride", "in a loop / outside"], rows)


def checks(results: dict[str, Any]) -> str:
    """Return which peers agreed with the reference and passed the gates, and what failed."""
    records = [record for suite in results.values() for record in suite["records"]]
    if not records:
        return "Nothing has been measured yet."
    compared = [record for record in records if record["quantity"] == "check"]
    wrong = [record for record in compared if not record["agrees"]]
    gated = [record for record in records if "passes" in record]
    missed = [record for record in gated if not record["passes"]]
    lines = [
        f"{len(compared) - len(wrong)} of {len(compared)} checks against the float64 reference "
        f"agree; {len(gated) - len(missed)} of {len(gated)} timed results pass their gate."
    ]
    for record in wrong:
        loss, expected = record["loss"], record["reference_loss"]
        lines.append(f"- {label(record)} differs: loss {loss:.6g}, reference {expected:.6g}")
    lines += [f"- {label(r)} missed its gate with {r['quality']:.4g}" for r in missed]
    lines += [f"- {label(r)} failed: {r['error']}" for r in records if "error" in r]
    return "\n".join(lines)


def label(record: dict[str, Any]) -> str:
    """Return suite and peer of a record in words."""
    return f"{record['suite']}, {PEERS[record['peer']].title}"


def disturbance(records: list[dict[str, Any]]) -> str:
    """Return in words how much of the cores other work took while the suite ran."""
    others = [record["others"] for record in records if "others" in record]
    if not others:
        return ""
    disturbed = sum(value > DISTURBED_CORES for value in others)
    return f"; {disturbed} of {len(others)} samples disturbed by other work on the machine"


def provenance(results: dict[str, Any]) -> str:
    """Return when and on what each suite was measured."""
    lines = []
    for suite, result in results.items():
        machine = result["machine"]
        before, after = machine["load_average"][0], result["load_after"][0]
        lines.append(
            f"- {suite}: {result['when']}, {machine['cores']} cores of {machine['processor']}, "
            f"{machine['memory_gib']} GiB; load average {before} before and {after} after"
            f"{disturbance(result['records'])}"
        )
    return "\n".join(lines)


def sections(results: dict[str, Any]) -> dict[str, str]:
    """Return the text of every marker."""
    table = tabulate(record for suite in results.values() for record in suite["records"])
    make: dict[str, Callable[[], str]] = {
        "targets": lambda: target_table(table),
        "checks": lambda: checks(results),
        "provenance": lambda: provenance(results),
        "startup-ours": lambda: own_lines(table, "startup", OURS),
        "in_loop": lambda: in_loop_table(results),
        "population16": lambda: own_lines(table, "population16", POPULATION),
        **{name: lambda name=name: suite_table(table, name) for name in COLUMNS},
    }
    return {name: text() for name, text in make.items()}


def replace(page: str, name: str, text: str) -> str:
    """Return the page with what stands between a marker's two ends replaced."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    if begin not in page:
        return page
    head, _, rest = page.partition(begin)
    _, found_end, tail = rest.partition(end)
    if not found_end:
        raise ValueError(f"the page has {begin!r} but not {end!r} after it; add the second marker")
    return f"{head}{begin}\n{text}\n{end}{tail}"


def write(results: dict[str, Any]) -> None:
    """Fill the markers of every page."""
    texts = sections(results)
    for path in PAGES:
        page = path.read_text(encoding="utf-8")
        for name, text in texts.items():
            page = replace(page, name, text)
        path.write_text(page, encoding="utf-8")
