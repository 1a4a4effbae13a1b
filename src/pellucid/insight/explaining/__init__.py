"""Explanations: ``explanation.py`` says what one holds, ``passes.py`` how its numbers are found."""
