"""The methods that tests of figures are worked by."""

from projections.method.document import shipped_method
from projections.method.method import Method


def folkmoot_2026() -> Method:
    """The first method shipped, whose figures never change."""
    method = shipped_method("folkmoot-2026")
    assert method is not None
    return method
