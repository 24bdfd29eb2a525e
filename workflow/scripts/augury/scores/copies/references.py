"""What a paper cites for copies that are found by pixels: nothing, they are counted by this project's own search."""

CALLED = "a search for copies of training images by their pixels"
REFERENCES = ()
