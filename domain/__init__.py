"""The domain: events, decisions, the log, the vault and their proof; it knows nothing of result tables or of HTTP."""
