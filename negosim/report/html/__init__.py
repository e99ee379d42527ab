"""The report of a run as one HTML file: words and tables as plain HTML, charts drawn by the front end's bundle."""
