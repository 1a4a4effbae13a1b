"""Resizing: layers without weights that enlarge, frame or trim series, images and volumes."""
