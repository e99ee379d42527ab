"""The engine: a SimPy calendar over NumPy blocks of trials."""
