"""The doctor beside trainings of other frameworks; read ``README.md`` first."""
