"""One package for each outside thing. None imports another."""
