"""Layers that vary images while a network trains; read ``README.md`` first."""
