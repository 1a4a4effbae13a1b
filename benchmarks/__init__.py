"""Pellucid's speed against its peers: `python -m benchmarks run --all` (see README.md)."""
