"""Codes of what the rehearsal and the course see when something before the first step was wrong."""

from __future__ import annotations

STUCK = (
    "D503",
    "D504",
    "D505",
    "D506",
    "D508",
    "D517",
    "D602",
    "D603",
    "D604",
    "D606",
    "D611",
    "D614",
    "D616",
    "D618",
    "D622",
    "D626",
    "D627",
)
"""Nothing, or too little, is learnt."""

WILD = (
    "D501",
    "D502",
    "D507",
    "D514",
    "D515",
    "D601",
    "D605",
    "D612",
    "D613",
    "D615",
    "D623",
)
"""Numbers are too large, or grow."""

FLAT = ("D510", "D511", "D612", "D613")
"""Units are dead or saturated."""

NOISY = ("D512", "D605", "D611", "D617", "D624")
"""Training and evaluation differ."""

FOOLED = ("D607", "D608", "D609", "D610", "D617", "D621", "D622")
"""Validation says something else than training."""

SHORT = ("D404", "D517", "D606")
"""Too little training, which a further ``fit`` of the same model makes untrue."""
