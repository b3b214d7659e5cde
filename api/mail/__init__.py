"""Mail: an outbox of what is to be sent, and the ways of sending it, by a mail server or by GOV.UK Notify."""
