"""The search for images that show the same thing: turned, mirrored, cropped, recoloured or smaller."""
