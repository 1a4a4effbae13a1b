"""A bank of sick and healthy trainings, and the doctor's score on it; README.md tells how."""
