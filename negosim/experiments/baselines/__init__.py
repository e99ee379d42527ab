"""Simpler models beside the answer: what each says of the terms, from its published formula."""
