"""What a scenario file says: strict reading, the format, cross-references, overrides."""
