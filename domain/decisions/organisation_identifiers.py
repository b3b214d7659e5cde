"""Identifiers of organisations: the forms that registers of this country give, by org-id.guide list."""

import re
from typing import Final

_LISTS: Final = {
    "GB-CHC": r"[0-9]{6,7}(-[0-9]{1,3})?",
    "GB-COH": r"[0-9]{8}|[A-Z]{2}[0-9]{6}|[A-Z][0-9]{7}|[A-Z]{2}[0-9]{5}[A-Z]",
    "GB-EDU": r"[0-9]{5,6}",
    "GB-GOR": r"[A-Z0-9.-]{1,10}",
    "GB-GOV": r"[A-Z0-9-]{1,20}",
    "GB-HESA": r"[0-9]{4}",
    "GB-LAE": r"[A-Z]{3}",
    "GB-LANI": r"[A-Z]{3}",
    "GB-LAS": r"[A-Z]{3}",
    "GB-LAW": r"[A-Z]{3}",
    "GB-MPR": r"[A-Z0-9]{3,10}",
    "GB-NHS": r"[A-Z0-9]{2,10}",
    "GB-NIC": r"(NIC)?[0-9]{6}",
    "GB-NIEDU": r"[0-9-]{6,8}",
    "GB-PLA": r"[A-Z]{3}",
    "GB-REV": r"[A-Z]{1,2}[0-9]{4,6}",
    "GB-SC": r"SC[0-9]{6}",
    "GB-SCOTEDU": r"[0-9]{5,7}",
    "GB-SHPE": r"[A-Z0-9]{4,6}",
    "GB-UKPRN": r"[0-9]{8}",
    "GB-WALEDU": r"[0-9]{6,7}",
}


def is_likely(identifier: str) -> bool:
    """An identifier has the form that its register gives; one of another country is taken as it is."""
    if not identifier.startswith("GB-"):
        return True
    country, list_code, number = identifier.split("-", 2)
    form = _LISTS.get(f"{country}-{list_code}")
    return form is not None and re.fullmatch(form, number) is not None
