"""Reviews: frozen extracts for evaluators, made from a registration and a position, and made again to the byte."""
