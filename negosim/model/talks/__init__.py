"""Rules of the talks: concession, the single text, alternating offers."""
