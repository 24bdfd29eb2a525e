"""How settings are declared: typed models, the families that bring theirs, and the sentences about mistakes in them."""
