"""The support of commands: the database and services they open, their arguments, how they end and write."""
