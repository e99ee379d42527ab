"""A slow second reading of the model, one trial at a time, for the engine to be compared with."""
