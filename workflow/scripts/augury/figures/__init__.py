"""The figures of a study, one a module: `draw(...)` takes the files that the registry names and returns a figure."""
