"""The commands of `folkmoot`, one a file."""
