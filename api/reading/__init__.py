"""Parts that answers share: the past asked about, access to words, names, texts, events and figures as shown."""
