"""Replay: one trial played again with its trace."""
