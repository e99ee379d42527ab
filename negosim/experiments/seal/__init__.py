"""Sealed forecasts: a file that can be checked and scored later."""
