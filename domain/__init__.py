"""What can be said, decided and proven; knows nothing of result tables or of HTTP."""
