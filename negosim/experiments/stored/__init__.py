"""Stored: results of experiments that were written to a file or folder, read back for a report."""
