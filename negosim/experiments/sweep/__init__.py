"""Sweeps: designs of many settings, who plays them, and where."""
