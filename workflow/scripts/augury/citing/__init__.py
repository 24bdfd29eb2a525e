"""What a paper cites: references as families and scores declare them, and those that several share."""
