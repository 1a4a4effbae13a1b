"""The battery of checks that any layer can be run through, ours or your own: ``check_layer``.

Read ``battery.py`` first; it lists the contracts.
"""

from pellucid.testing.battery import check_layer
from pellucid.testing.inputs import Integers
from pellucid.testing.report import ConformanceError, Finding, Numbers, Report

__all__ = ["ConformanceError", "Finding", "Integers", "Numbers", "Report", "check_layer"]
