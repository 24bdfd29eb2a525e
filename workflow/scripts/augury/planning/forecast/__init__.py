"""What a study will see and cost, told before anything is trained."""
