"""Personal identifiers in what was written: pointed out once, and let go the next time."""

from collections.abc import Iterable

from api.pages.ground.page import FormFields
from domain.personal_identifiers import personal_identifiers

POINTED_OUT = "pointed-out"
"""The field that says that a form was shown with what its texts look like."""


def identifiers_in_words(form: FormFields, fields: Iterable[str]) -> str:
    """The kinds of identifier in the texts of some fields, such as a phone number; empty where there is none."""
    kinds = dict.fromkeys(kind.in_words for field in fields for kind in personal_identifiers(form.one(field)))
    return " and ".join(kinds)


def to_point_out(form: FormFields, fields: Iterable[str]) -> str:
    """The same, for a form that was sent without its being pointed out before."""
    return "" if form.one(POINTED_OUT) else identifiers_in_words(form, fields)
