"""The record: what happens in each trial of a block, and the trace of a single one."""
