"""Whether the log and what is derived from it are as recorded: content to leaf, leaves to roots kept, tags, keys."""
