"""Checks of curves and records, while a training runs or after it. Read ``curves.py`` first."""
