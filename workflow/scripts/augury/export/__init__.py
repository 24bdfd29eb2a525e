"""A finished study as a folder to pass on: what is taken along, how it is described, and by which standards."""
