"""What is known about a training, as plain data; read ``facts.py`` first."""
