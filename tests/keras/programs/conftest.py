"""The files here are programs that `tests/keras/test_programs.py` runs, not tests, nor modules with doctests."""

collect_ignore_glob = ["*.py"]
