"""Calibration: inputs moved until answers meet targets."""
