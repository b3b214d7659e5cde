"""The generated pages of the reference, one module for each kind of declaration they are made from."""
