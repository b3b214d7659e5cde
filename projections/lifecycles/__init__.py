"""From what was recorded about a thing to how it stood at every moment."""
