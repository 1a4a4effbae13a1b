"""What every other package stands on: errors, limits, constructor records, keys, paths, dtypes."""
