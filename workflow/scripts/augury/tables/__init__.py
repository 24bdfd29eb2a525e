"""The TSV tables that pass between steps: typed rows, one documented header each."""
