"""The figures of a study, one a folder, and what their drawings share."""
