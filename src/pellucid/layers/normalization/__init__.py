"""Layers that bring numbers to a common scale, each over axes of its own."""
