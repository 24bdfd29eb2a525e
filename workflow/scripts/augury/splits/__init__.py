"""Splits into training, validation and test parts: by specimen, within classes, and stable as images come and go."""
