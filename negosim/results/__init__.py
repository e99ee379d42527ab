"""What happened: per trial and in summary."""
