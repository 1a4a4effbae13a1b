"""The command line: ``pellucid train | predict | summary | run | check``. Read ``README.md`` first."""

from pellucid.cli.start import main

__all__ = ["main"]
