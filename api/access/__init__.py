"""Access: who uses the installation, which roles they hold, how far those reach, and the keys that are theirs."""
