"""The report: one HTML page that holds everything and asks the network for nothing."""
