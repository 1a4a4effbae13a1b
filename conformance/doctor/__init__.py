"""A bank of sick and healthy trainings with what is wrong in each, and the doctor's score on it; README.md tells how."""
