"""Layers in which every step gathers from other steps what it asks for."""
