"""Commands, and the pure rules that turn what is known and a command into events or a refusal."""
