"""The method: every number that a figure depends on, read from a document that can be named, adopted and cited."""
