"""Partnership health: a profile of dimensions, each with one headline and what is shown beside it."""
