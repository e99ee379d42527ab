"""Dossier: everything that a report shows of a scenario, from one run and a few more."""
