"""Facet by facet, the evidence that a history holds of what each body did to whom."""
