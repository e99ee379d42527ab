"""What a run says, in words, tables and a small chart. Nothing is computed here: a report renders a summary."""

from negosim.report.terminal import print_summary
from negosim.report.words import paragraph

__all__ = ["paragraph", "print_summary"]
