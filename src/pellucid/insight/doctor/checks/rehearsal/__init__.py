"""Checks of what the rehearsal measured. Read ``start.py`` first."""
