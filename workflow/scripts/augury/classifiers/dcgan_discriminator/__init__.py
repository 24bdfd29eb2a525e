"""A DCGAN's discriminator as a classifier."""
