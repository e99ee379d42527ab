"""Comparison: scenarios side by side, with the same random numbers."""
