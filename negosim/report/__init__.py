"""What a run says, in words, tables and a small chart; nothing is computed here."""

from negosim.report.terminal import print_summary
from negosim.report.words import in_short

__all__ = ["in_short", "print_summary"]
