"""The store of a sweep: results in a directory, written whole or not at all."""
