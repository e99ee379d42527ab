"""Rounds of talks: drafts and offers, clocks, consent."""
