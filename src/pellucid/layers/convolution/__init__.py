"""Convolutions: layers that slide a small kernel over series, images and volumes."""
