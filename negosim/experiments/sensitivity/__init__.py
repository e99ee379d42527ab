"""Sensitivity: which uncertain inputs an answer depends on."""
