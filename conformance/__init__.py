"""Outside specifications: test suites that others wrote, run against Pellucid."""
