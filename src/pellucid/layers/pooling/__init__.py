"""Pooling: layers that keep the largest or the mean number of every region."""
