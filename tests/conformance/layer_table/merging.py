"""Layers that make one array of several."""

from __future__ import annotations

from layer_table.rows import Row

ROWS, SERIES = (3, 4), (3, 5, 4)
NO_MASK = {
    "padding": "where an input has no mask the result has none, and is as long as the padded input"
}
IN_PAIRS = {"padding": "the result has a number for every step, masked ones too"}


def alike(count):
    """Return rows of layers that merge number by number."""
    return [
        Row({}, [ROWS] * count),
        Row({}, [SERIES] * count),
        Row({}, [SERIES] + [(3, 1, 4)] * (count - 1), skip=NO_MASK),
        Row({}, [SERIES] + [ROWS] * (count - 1), skip=NO_MASK),
        Row(
            {"name": "merged"},
            [(2, 1, 3, 2), (2, 4, 1, 2)] + [(2, 4, 3, 2)] * (count - 2),
            skip=NO_MASK,
        ),
    ]


TABLE: dict[str, list[Row]] = {
    **{
        name: [*alike(3), Row({}, [ROWS])]
        for name in ("Add", "Multiply", "Average", "Maximum", "Minimum")
    },
    "Subtract": alike(2),
    "Concatenate": [
        Row({}, [ROWS, (3, 2)]),
        Row({}, [SERIES, (3, 5, 1), (3, 5, 2)]),
        Row({"axis": 1}, [SERIES, (3, 2, 4)]),
        Row({"axis": -2}, [(2, 3, 1, 2), (2, 3, 4, 2)]),
        Row({"axis": 1}, [(2, 3)]),
    ],
    "Dot": [
        Row({"axes": 1}, [ROWS, ROWS]),
        Row({"axes": -1, "normalize": True}, [ROWS, ROWS]),
        Row({"axes": (1, 2)}, [(3, 4), (3, 2, 4)], skip=IN_PAIRS),
        Row({"axes": (2, 1)}, [(2, 3, 4), (2, 4, 5)]),
        Row({"axes": -1, "normalize": True}, [(2, 3, 4), (2, 5, 4)], skip=IN_PAIRS),
        Row({"axes": 1}, [(2, 3, 4), (2, 3, 5)]),
    ],
}
