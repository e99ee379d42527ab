"""Levers: what it would take to lift the share of an outcome."""
