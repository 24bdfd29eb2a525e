"""Images that a classifier is least sure of."""
