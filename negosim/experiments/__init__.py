"""Experiments: many runs of a scenario, side by side."""
