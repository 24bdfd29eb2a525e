"""LeNet-5 of 1998."""
