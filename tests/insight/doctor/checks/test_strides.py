"""Windows that leave places out, beside those that overlap, touch or are shortcuts."""

from __future__ import annotations

import pytest

from pellucid.insight.doctor.changes import SetLayer
from pellucid.insight.doctor.checks import strides
from tests.insight.doctor.checks.network import codes, facts, layer


def window(kind, size, step, before=32, after=None, rank=2, **config):
    """A layer whose window has a size and steps so far, on a square map."""
    name = "pool_size" if "Pooling" in kind else "kernel_size"
    after = (before - size) // (step or size) + 1 if after is None else after
    return layer(
        "window",
        kind,
        (*[before] * rank, 3),
        output_shape=(*[after] * rank, 4),
        config={name: size, "strides": step, **config},
    )


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (window("Conv2D", 3, 4), ["warning"]),
        (window("Conv1D", 2, 3, rank=1), ["warning"]),
        (window("Conv3D", 2, 4, rank=3), ["warning"]),
        (window("MaxPooling2D", 2, 4), ["warning"]),
        (window("AveragePooling1D", 2, 5, rank=1), ["warning"]),
        (window("Conv1D", 10, 11, before=1000, rank=1), ["hint"]),
        (window("Conv2D", 3, 3), []),
        (window("Conv2D", 3, 2), []),
        (window("Conv2D", 16, 16, before=224), []),
        (window("Conv2D", 1, 2), []),
        (window("MaxPooling2D", 1, 2), []),
        (window("MaxPooling2D", 2, None), []),
        (window("MaxPooling2D", 3, 2), []),
        (window("Conv2D", 4, 5, before=5), []),
        (window("Conv2DTranspose", 2, 4, after=128), []),
        (window("DepthwiseConv2D", 3, 4), []),
        (window("Conv2D", 2, 3, dilation_rate=2), []),
        (window("GlobalMaxPooling2D", 2, 4), []),
    ],
)
def test_strides(one, found):
    assert codes(strides.leaping_windows, facts(one)) == found


def test_each_axis_counts():
    uneven = window("Conv2D", 3, 2, data_format="channels_last")
    config = {**uneven.config, "kernel_size": [5, 2], "strides": (2, 4)}
    known = layer("window", "Conv2D", (32, 32, 3), output_shape=(14, 8, 4), config=config)
    (found,) = strides.leaping_windows.findings(facts(known))
    assert "5 x 2 and steps by 2 x 4: 50%" in found.sign.evidence[0]
    assert found.sign.repair.changes == (SetLayer("window", "strides", (2, 1)),)


def test_sizes_that_are_not_known():
    known = layer(
        "window",
        "Conv1D",
        (None, 3),
        output_shape=(None, 4),
        config={"kernel_size": 3, "strides": 6},
    )
    (found,) = strides.leaping_windows.findings(facts(known))
    assert found.sign.level == "warning" and "50%" in found.sign.evidence[0]
    unread = layer("window", "Conv1D", (9, 3), config={"kernel_size": "?", "strides": 6})
    assert codes(strides.leaping_windows, facts(unread)) == []
