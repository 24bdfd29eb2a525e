"""What every script shares: its command line, its log, and how it ends."""
