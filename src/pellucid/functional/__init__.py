"""Pure functions on arrays: the mathematics under layers, losses and metrics, one reference each."""
