"""Reports of stored results: a page for each kind of experiment, made of the parts of the report of a run."""
