"""Finished trainings, kept by what they were made from, so that going back to it costs seconds."""
