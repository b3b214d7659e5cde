"""Recording over HTTP: from a body that was posted to a command that is handled once, and its receipt."""
