"""Webhooks: other systems are told of what is recorded, at least once and in order, as far as their owner reaches."""
