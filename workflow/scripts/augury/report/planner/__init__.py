"""The page of a study that is planned: designs by what they see and what they cost."""
