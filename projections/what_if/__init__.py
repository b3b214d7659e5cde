"""The figures that one partnership would have under another method, or with something left out of its record."""
