"""Where everything lies, and which files each rule reads."""
