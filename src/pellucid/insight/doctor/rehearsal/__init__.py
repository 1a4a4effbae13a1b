"""The rehearsal: about a second of training on a copy. Read ``rehearse.py`` first."""
