"""DCGAN (Radford, Metz and Chintala 2015, arXiv:1511.06434), at any size that is a small base times a power of two."""
