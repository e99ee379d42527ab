"""Measurements of speed and memory. Run them with ``make bench``; none of them is a test."""
