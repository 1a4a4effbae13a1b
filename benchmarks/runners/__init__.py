"""One module for each framework, run in its own environment; see `benchmarks.child`."""
