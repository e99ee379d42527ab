"""The log: records of what is played, under the logger ``negosim``, which stays silent until somebody listens."""

from __future__ import annotations

import logging

LOGGER = logging.getLogger("negosim")
"""Takes the records. Handlers and levels are for whoever uses the library; see docs/how-to/logging.md."""

LOGGER.addHandler(logging.NullHandler())
