"""What answers share: the moment asked about, names and texts for who may read them, events and figures as shown."""
