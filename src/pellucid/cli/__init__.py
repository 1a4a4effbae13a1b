"""The command line: ``pellucid train | predict | summary | run | check``. Read ``README.md`` first."""

from pellucid.cli.app import main

__all__ = ["main"]
