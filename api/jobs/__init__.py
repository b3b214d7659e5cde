"""Long work in the background of requests, kept in the database so that any process can tell how far it has come."""
