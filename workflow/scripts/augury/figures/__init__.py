"""The figures of a study, one per folder, and what their drawings share."""
