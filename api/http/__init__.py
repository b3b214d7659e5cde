"""The protocol: from a request to an operation and back, the same for every resource."""
