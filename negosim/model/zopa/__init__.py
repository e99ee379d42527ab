"""The zone of possible agreement: bounds, search, exact solution."""
