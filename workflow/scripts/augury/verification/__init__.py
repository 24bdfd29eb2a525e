"""Whether the files of a results folder are as they were written, and belong together."""
