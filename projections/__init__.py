"""Pure functions from a partition's history to figures, and the runners that apply them."""
