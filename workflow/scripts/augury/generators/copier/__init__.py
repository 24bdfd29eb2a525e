"""A control: the training images themselves under invisible noise. What it adds is no more than duplication adds."""
