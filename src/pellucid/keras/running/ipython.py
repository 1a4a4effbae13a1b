"""The extension for live notebooks: ``%load_ext pellucid.keras``, then ``%pellucid_keras`` before the first import."""

from __future__ import annotations

import sys
from typing import Any

from pellucid.keras import finder, notices

USAGE = "%pellucid_keras [on | off | notes]"


def load_ipython_extension(shell: Any) -> None:
    """Give a shell the magic ``%pellucid_keras``; IPython calls this for ``%load_ext pellucid.keras``.

    Args:
        shell: The running ``InteractiveShell``.
    """
    shell.register_magic_function(pellucid_keras, magic_kind="line", magic_name="pellucid_keras")


def unload_ipython_extension(shell: Any) -> None:
    """Take the stand-ins away again; IPython calls this for ``%unload_ext pellucid.keras``."""
    finder.uninstall()


def pellucid_keras(line: str = "") -> None:
    """Let ``import keras`` and ``import tensorflow`` mean Pellucid in this notebook.

    ``%pellucid_keras`` or ``%pellucid_keras on`` before the first import; ``off`` takes it back; ``notes`` lists the
    old forms and the differences from Keras so far.
    """
    wish = line.strip() or "on"
    if wish == "on":
        finder.install()
        sys.stdout.write("`keras` and `tensorflow` mean pellucid.keras in this notebook.\n")
    elif wish == "off":
        finder.uninstall()
    elif wish == "notes":
        for notice in notices.collected():
            sys.stdout.write(f"{notices.in_words(notice)}\n")
    else:
        sys.stdout.write(f"{USAGE}\n")
