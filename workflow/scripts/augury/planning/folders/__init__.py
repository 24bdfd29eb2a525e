"""Folders of images as a study brings them: what their names and places say, and the files of each class."""
