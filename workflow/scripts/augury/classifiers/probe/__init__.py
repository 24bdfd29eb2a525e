"""A linear layer on what frozen, pretrained networks see."""
