"""What the figures of one partnership would be under another method, or with something left out of its record."""
