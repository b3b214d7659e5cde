"""Surveys: what one side says of a body, reading by reading, and the line that is followed through the readings."""
