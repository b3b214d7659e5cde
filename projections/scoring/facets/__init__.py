"""What the record says each body did to whom, facet by facet: a history turned into evidence."""
