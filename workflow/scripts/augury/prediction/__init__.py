"""Using a trained classifier: what is kept with it, new images, other ranks, other runtimes, doubtful labels."""
