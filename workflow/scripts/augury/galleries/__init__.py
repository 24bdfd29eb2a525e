"""Pages to look at images and to correct what is said of them: each one file, which needs no server and no network."""
