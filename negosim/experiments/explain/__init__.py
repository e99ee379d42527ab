"""Explain: what a scenario amounts to before any run."""
