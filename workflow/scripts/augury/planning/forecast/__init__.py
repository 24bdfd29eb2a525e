"""What a study will see and cost, reported before anything is trained."""
