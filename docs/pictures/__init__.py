"""The pictures of the README: parts of the flagship's report, photographed in Chromium."""
