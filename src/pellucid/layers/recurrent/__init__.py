"""Layers over series: recurrent networks, their cells, and what wraps them. Import them from ``pellucid.layers``."""
