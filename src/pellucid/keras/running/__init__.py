"""Runs scripts and notebooks that were written for Keras. Read ``README.md`` first."""

from pellucid.keras.running.ipython import load_ipython_extension, unload_ipython_extension
from pellucid.keras.running.runner import run_file

__all__ = ["load_ipython_extension", "run_file", "unload_ipython_extension"]
