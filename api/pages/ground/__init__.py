"""The ground of all pages: sessions, forms and their guards, templates, and calls to the API's operations."""
