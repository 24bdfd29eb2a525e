"""Images that a classifier takes for the class that they are to show."""
