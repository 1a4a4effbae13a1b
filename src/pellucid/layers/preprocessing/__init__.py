"""Layers that turn raw data, text among them, into numbers for a network; read ``README.md`` first."""
