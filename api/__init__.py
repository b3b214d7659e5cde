"""Folkmoot over HTTP: resources for tools, pages for people."""
