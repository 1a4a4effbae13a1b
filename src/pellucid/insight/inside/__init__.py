"""What lies inside a model: what its layers give, and pictures of it."""
