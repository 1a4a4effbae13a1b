"""Makes a notebook's cell plain Python: magics and shell commands are carried out where harmless, else left out."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

SHELL = re.compile(r"^(?P<indent>\s*)(?:(?P<target>[A-Za-z_][\w, ]*?)\s*=\s*)?!(?P<command>.*)$")
MAGIC = re.compile(
    r"^(?P<indent>\s*)(?:(?P<target>[A-Za-z_]\w*)\s*=\s*)?%(?P<name>\w+)\s*(?P<rest>.*)$"
)
CONTINUED = re.compile(r"^\s*!(?:.*\\\n)+.*", re.MULTILINE)
HELP = re.compile(r"^\s*(?:\?{1,2}[\w.]+|[\w.]+\?{1,2})\s*;?$")
WHOLE_CELL = re.compile(r"^\s*%%(?P<name>\w+)[ \t]*(?P<rest>.*)")

RUN_THE_REST = ("time", "timeit", "prun")
"""Magics in front of a line or a cell of Python that is run all the same."""
BODIES = (*RUN_THE_REST, "capture", "python", "python3")
"""Magics of a whole cell whose body is Python."""


def plain(cell: str, said: Callable[[str], None]) -> str:
    r"""Return a cell as Python.

    Args:
        cell: Its source.
        said: Told of every line that is left out.

    >>> plain("!pip install keras\nx = 1\n%time y = 2", print)
    left out: !pip install keras
    'pass\nx = 1\ny = 2'
    """
    whole = WHOLE_CELL.match(cell.lstrip("\n"))
    if whole is not None:
        first, _, body = cell.lstrip("\n").partition("\n")
        if whole["name"] in BODIES:
            return plain(body, said)
        if whole["name"] == "writefile":
            append = "-a " in f"{whole['rest']} "
            name, mode = whole["rest"].replace("-a ", "").strip(), "a" if append else "w"
            return f"with open({name!r}, {mode!r}) as _file:\n    _file.write({body!r})\n"
        said(f"left out: {first.strip()} and its cell")
        return ""
    if _is_python(cell):
        return cell
    # A shell command that ends with a backslash goes on in the next line.
    joined = CONTINUED.sub(lambda found: found[0].replace("\\\n", " "), cell)
    return "\n".join(_plain_line(line, said) for line in joined.split("\n"))


def _is_python(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def _plain_line(line: str, said: Callable[[str], None]) -> str:
    """Return a line as Python; a line left out is ``pass``, and a variable that it would have set is empty."""
    shell = SHELL.match(line)
    if shell is not None:
        said(f"left out: {line.strip()}")
        return _nothing(shell)
    magic = MAGIC.match(line)
    if magic is not None:
        if magic["name"] in RUN_THE_REST and magic["rest"]:
            return magic["indent"] + magic["rest"]
        if magic["name"] not in (
            "matplotlib",
            "config",
            "load_ext",
            "autoreload",
            "reload_ext",
            "pylab",
        ):
            said(f"left out: {line.strip()}")
        return _nothing(magic)
    if HELP.match(line):
        return "pass"
    return line


def _nothing(found: re.Match[str]) -> str:
    return found["indent"] + (f"{found['target']} = []" if found["target"] else "pass")
