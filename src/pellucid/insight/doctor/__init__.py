"""Says why a network does not learn. Read ``README.md`` first; ``pellucid.doctor`` holds the public names."""
