"""The equation of every layer, loss and optimizer; ``entry.py`` says how an entry reads."""
