"""Backups: the record, the vault and the installation apart, taken at one instant and put back whole."""
