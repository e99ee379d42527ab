"""Scores of questions whose outcomes are known."""
