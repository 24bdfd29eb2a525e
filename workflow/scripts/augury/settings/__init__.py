"""How settings are declared: typed models, the families that bring theirs, and what is told of a mistake in them."""
