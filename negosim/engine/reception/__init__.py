"""Reception: how a text that is put on the table at the opening would be received."""
