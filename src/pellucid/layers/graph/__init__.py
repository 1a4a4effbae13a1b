"""Layers on graphs; read ``README.md`` first."""
