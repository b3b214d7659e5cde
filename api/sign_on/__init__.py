"""Sign-on: people and programs let in by an organisation's own OpenID Connect provider."""
