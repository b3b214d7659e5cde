"""The one base of everything of ours that can go wrong, so that a caller can catch just that."""


class FolkmootError(Exception):
    """Something of Folkmoot's own that went wrong; every kind derives from this and says what to do."""
