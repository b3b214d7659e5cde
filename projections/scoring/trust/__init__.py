"""Trust: the timeline of each pair of bodies, as kept, as shown, and why a figure moved."""
