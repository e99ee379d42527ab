"""What a run says, in words, tables and a small chart; nothing is computed here."""

from negosim.report.terminal import print_summary
from negosim.report.words import paragraph

__all__ = ["paragraph", "print_summary"]
