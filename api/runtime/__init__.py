"""The services over the database, the settings and the log lines, with which every request works."""
