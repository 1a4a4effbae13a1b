"""Keras's own unit tests, taken from its wheel and run against :mod:`pellucid.keras`; README.md tells how."""
