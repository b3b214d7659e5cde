"""What every request works with: the services over the database, the settings, and the log lines."""
