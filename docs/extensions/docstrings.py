"""Docstrings are Markdown with formulas between dollars; this turns them into Sphinx's reStructuredText.

Only what our docstrings use: `$$ ... $$` and `$ ... $`, names between single backticks, and closing lines such as
`Reference:` whose continuation is indented. Examples (`>>>`) and text between double backticks stay as they are.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.inspect import stringify_signature

SECTION = re.compile(r"^[A-Z][a-z]+(?: [a-z]+)?:$")
CLOSING = re.compile(
    r"^(?:Call arguments|Differ|Equation|Gradient|Keras|Optax|Paper|PyTorch|Reference|Shapes?|Source)\b.*?:\s"
)
DISPLAY = re.compile(
    r"^(?P<indent> *)\$\$(?P<formula>.*?)\$\$(?P<rest>[.,;]?)$", re.MULTILINE | re.DOTALL
)
KEPT = re.compile(
    r"(?P<role>:[\w:]+:`[^`]*`)|(?P<code>``.+?``)|(?P<formula>\$[^$\n]+?\$)|(?P<name>`[^`\n]+`)"
)


def restructured(text: str) -> str:
    """Return a docstring as reStructuredText."""
    text = DISPLAY.sub(display, text)
    return "\n".join(line for block in split(text) for line in block)


def display(match: re.Match[str]) -> str:
    """Turn `$$ ... $$` into a directive of one line, with what followed it left out of the formula."""
    formula = " ".join(match["formula"].split())
    return f"\n{match['indent']}.. math:: {formula}{match['rest']}\n"


def split(text: str) -> Iterable[list[str]]:
    """Go through a docstring paragraph by paragraph."""
    for paragraph in re.split(r"\n\s*\n", text):
        lines = paragraph.split("\n")
        if not lines[0].strip():
            lines = lines[1:]
        if lines and SECTION.match(lines[0]):
            yield [lines[0], *marked_up(lines[1:]), ""]
        elif lines:
            yield [*marked_up(unfolded(lines)), ""]


def unfolded(lines: list[str]) -> list[str]:
    """Give each closing line its own paragraph and undo its hanging indent."""
    if lines[0].startswith((" ", ">>>", "..")):
        return lines
    result: list[str] = []
    for line in lines:
        if CLOSING.match(line) and result:
            result.append("")
        result.append(line.strip() if not line.startswith("-") else line)
    return result


def marked_up(lines: list[str]) -> list[str]:
    """Mark up a paragraph; examples and directives stay as they are."""
    if any(line.strip().startswith(">>>") for line in lines):
        start = next(i for i, line in enumerate(lines) if line.strip().startswith(">>>"))
        return [*marked_up(lines[:start]), *lines[start:]] if start else lines
    return [line if line.strip().startswith("..") else inline(line) for line in lines]


def inline(line: str) -> str:
    """Mark up one line: formulas and names become roles, and what reStructuredText would misread is escaped."""
    parts, end = [], 0
    for match in KEPT.finditer(line):
        parts += [escaped(line[end : match.start()]), role(match)]
        end = match.end()
    return "".join([*parts, escaped(line[end:])])


def role(match: re.Match[str]) -> str:
    """Return the markup of a formula or a name."""
    if match["formula"]:
        return f":math:`{match['formula'][1:-1]}`"
    return f"`{match['name']}`" if match["name"] else match[0]


def escaped(text: str) -> str:
    """Escape the signs that begin markup, except the stars of `*args` and the marker of a list."""
    head = re.match(r"\s*(?:[*-] |\*{1,2}\w+(?:, \*{1,2}\w+)*:)?", text)
    start = head.end() if head else 0
    return text[:start] + re.sub(r"([|*])", r"\\\1", text[start:])


def process(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Replace the lines of a docstring in place."""
    lines[:] = restructured("\n".join(lines)).split("\n")


def signature(app: Sphinx, what: str, name: str, obj: Any, *rest: Any) -> tuple[str, str] | None:
    """Show a class with its constructor's arguments; Sphinx would show those of `__new__`, which takes anything."""
    if what != "class" or obj.__init__ is object.__init__:
        return None
    try:
        found = inspect.signature(obj)
    except (TypeError, ValueError):
        return None
    return stringify_signature(found, show_annotation=False, show_return_annotation=False), ""


def setup(app: Sphinx) -> dict[str, bool]:
    """Run before Napoleon, which reads the sections."""
    app.connect("autodoc-process-signature", signature)
    app.connect("autodoc-process-docstring", process, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
