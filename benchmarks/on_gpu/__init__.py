"""What a GPU must show: that it computes what a CPU does, that runs repeat and resume, and how fast it is."""
