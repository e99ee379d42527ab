"""Hindcast: negotiations that are over, played as if their outcome were not known, and scored against it."""
