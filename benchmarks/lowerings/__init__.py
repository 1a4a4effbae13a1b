"""Measurements of single operations, from which the rules in `pellucid.functional` come."""
