"""A repair tried on a copy: a short training with it beside one without. The terms stand in README.md."""
