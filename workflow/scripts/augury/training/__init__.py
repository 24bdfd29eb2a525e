"""The one training core: step-counted, resumable to the bit, atomic on disk, and honest about its progress."""
