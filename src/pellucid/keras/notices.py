"""What a script is told: old forms with their modern names, and where Pellucid does otherwise than Keras.

Each is said once per process. Without a runner a notice is written to standard error at once; ``pellucid run`` holds
all of them back and prints them when the script has ended.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Literal

from pellucid.core.errors import user_line

Kind = Literal["form", "difference"]


@dataclass(frozen=True)
class Notice:
    """One thing that was said.

    Attributes:
        key: What it is about; the same key is said once.
        text: The sentence.
        kind: ``"form"`` for an old form of Keras, ``"difference"`` for what Pellucid does otherwise.
        where: The user's first line that gave rise to it, as ``"train.py:12: source"``, or None.
    """

    key: str
    text: str
    kind: Kind
    where: str | None


class _Record:
    """The notices of this process, and whether they are held back."""

    def __init__(self) -> None:
        self.notices: dict[str, Notice] = {}
        self.held = False


_record = _Record()


def say(key: str, text: str) -> None:
    """Say once per process what the modern name of an old form is.

    Args:
        key: What it is about, e.g. ``"argument lr"``.
        text: One sentence, e.g. ``"`lr=` is now `learning_rate=`."``
    """
    _note(key, text, "form")


def differs(key: str, text: str) -> None:
    """Say once per process where Pellucid does otherwise than Keras in this script.

    Args:
        key: What it is about, e.g. ``"validation_split"``.
        text: One sentence.
    """
    _note(key, text, "difference")


def collected() -> list[Notice]:
    """Return all that was said, in order."""
    return list(_record.notices.values())


def hold(held: bool = True) -> None:
    """Keep notices for the end (True), or write each to standard error as it comes (False)."""
    _record.held = held


def reset() -> None:
    """Forget all that was said, so that it is said again; for tests."""
    _record.notices.clear()
    _record.held = False


def _note(key: str, text: str, kind: Kind) -> None:
    if key in _record.notices:
        return
    notice = Notice(key, text, kind, user_line())
    _record.notices[key] = notice
    if not _record.held:
        sys.stderr.write(f"pellucid.keras: {in_words(notice)}\n")


def in_words(notice: Notice) -> str:
    """Return a notice with its place.

    >>> in_words(Notice("lr", "`lr=` is now `learning_rate=`.", "form", "train.py:3: Adam(lr=1)"))
    '`lr=` is now `learning_rate=`. (train.py:3)'
    """
    if notice.where is None:
        return notice.text
    place, number, *_ = notice.where.split(":")
    return f"{notice.text} ({place}:{number})"
