"""Limits: how often and how much at once anybody may ask, how large a request may be, and how slowly it may come."""
