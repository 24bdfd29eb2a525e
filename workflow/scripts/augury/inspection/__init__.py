"""What looks wrong with a set of images before anything is trained on it: views of few specimens, and shortcuts."""
