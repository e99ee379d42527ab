"""negosim: a scenario-simulation engine for peace negotiations."""

__version__ = "0.1.0"
