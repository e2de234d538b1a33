"""The algorithms: one module or package each, all behind `interface.Algorithm`."""
