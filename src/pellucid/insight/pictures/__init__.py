"""Pictures of trainings and of what they led to: computed as plain data, then drawn. Insight's README tells the files.

The public names are those of :mod:`pellucid.insight`; what draws is imported when something is drawn.
"""
