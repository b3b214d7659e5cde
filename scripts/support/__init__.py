"""What commands share: the database and services they open, their arguments, how they end and write."""
