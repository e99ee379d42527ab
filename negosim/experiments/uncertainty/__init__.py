"""Uncertainty: Monte-Carlo error and the ranges of the inputs, kept apart."""
