"""Text: what everybody would say to a text that is put on the table at the opening."""
