"""Comparison: scenarios side by side, under the same luck."""
