"""Hindcast: coded negotiations of the past, encoded by one rule and played against what came of them."""
