"""Derivatives compared: with finite differences, and forward mode with reverse mode."""
