"""Figures for papers and slides, drawn with matplotlib from the data that the HTML report shows."""
