"""Merging: layers that make one array of several."""
