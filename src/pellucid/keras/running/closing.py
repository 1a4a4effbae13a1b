"""The last words of a run: old forms and their modern names, what differed from Keras, where figures were saved."""

from __future__ import annotations

from pathlib import Path

from pellucid.keras.notices import Notice, in_words
from pellucid.keras.running.figures import Album

PAGES = {"form": "docs/keras-scripts.md", "difference": "docs/differences.md"}


def last_words(notices: list[Notice], album: Album, quiet: bool = False) -> str:
    """Return what is said when a script has ended; empty if there is nothing.

    Args:
        notices: What was collected.
        album: Where its figures were saved.
        quiet: Whether the notices are left out.

    >>> notice = Notice("lr", "`lr=` is now `learning_rate=`.", "form", "train.py:3: Adam(lr=1)")
    >>> print(last_words([notice], Album("figures")))
    <BLANKLINE>
    Old forms in this script; they work here, and these are their modern names (docs/keras-scripts.md):
      `lr=` is now `learning_rate=`. (train.py:3)
    """
    lines = []
    if album.count:
        figures = "1 figure was" if album.count == 1 else f"{album.count} figures were"
        lines += [
            "",
            f"{figures} saved in {_near(album.folder)}/",
        ]
    if not quiet:
        forms = [notice for notice in notices if notice.kind == "form"]
        others = [notice for notice in notices if notice.kind == "difference"]
        lines += _listed(
            "Old forms in this script; they work here, and these are their modern names", forms
        )
        lines += _listed("Different from Keras in this script", others)
    return "\n".join(lines)


def _near(folder: Path) -> Path:
    """Return a folder as seen from here, if it lies below."""
    return folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder


def _listed(heading: str, notices: list[Notice]) -> list[str]:
    """Return a heading and the notices below it; of a module and a module inside it, the inner one is enough."""
    inner = [notice.key for notice in notices]
    shown = [each for each in notices if not any(key.startswith(f"{each.key}.") for key in inner)]
    if not shown:
        return []
    return ["", f"{heading} ({PAGES[shown[0].kind]}):", *(f"  {in_words(each)}" for each in shown)]
