"""Ensembles: averages of what several classifiers, or trainings of one, say of the same images."""
