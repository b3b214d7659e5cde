"""The licence of a distribution as an SPDX expression, and whether code that we ship may stand on it."""

import re
from collections.abc import Iterator, Mapping
from email.message import Message
from typing import Final

from msgspec import Struct
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.utils import canonicalize_name

PERMITTED: Final = frozenset(
    (
        *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0"),
        *("MPL-2.0", "PostgreSQL", "PSF-2.0", "Unlicense", "Zlib"),
    )
)
"""Licences under which a library may be used, unchanged, by what is under another."""
LESSER_GPL: Final = {
    "psycopg": "used unchanged, as a library of its own that anybody may replace; fixed by the design",
    "psycopg-binary": "the compiled part of psycopg, likewise",
    "psycopg-pool": "the pool of psycopg, likewise",
}
"""Distributions that may be under the Lesser GPL, each with the reason."""


class DeclaredLicence(Struct, frozen=True):
    """A licence that was read in the distribution itself, where its metadata does not name one."""

    expression: str
    reason: str


DECLARED: Final[Mapping[str, DeclaredLicence]] = {
    "itsdangerous": DeclaredLicence("BSD-3-Clause", "its metadata says BSD; its LICENSE.txt has the three clauses"),
    "jinja2": DeclaredLicence("BSD-3-Clause", "its metadata says BSD; its LICENSE.txt has the three clauses"),
    "partd": DeclaredLicence("BSD-3-Clause", "its metadata says BSD; its LICENSE.txt has the three clauses"),
    "protobuf": DeclaredLicence(
        "BSD-3-Clause", "its metadata says 3-Clause BSD License; its LICENSE has the three clauses"
    ),
    "scipy": DeclaredLicence("BSD-3-Clause", "its metadata holds the text, which has the three clauses"),
    "zict": DeclaredLicence("BSD-3-Clause", "its metadata says BSD; its LICENSE.txt has the three clauses"),
}
_CLASSIFIERS: Final = {
    "Apache Software License": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
    "GNU General Public License v2 (GPLv2)": "GPL-2.0-only",
    "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
    "GNU General Public License v3 (GPLv3)": "GPL-3.0-only",
    "GNU General Public License v3 or later (GPLv3+)": "GPL-3.0-or-later",
    "GNU Affero General Public License v3": "AGPL-3.0-only",
    "GNU Affero General Public License v3 or later (AGPLv3+)": "AGPL-3.0-or-later",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "GNU Lesser General Public License v3 or later (LGPLv3+)": "LGPL-3.0-or-later",
}
"""Classifiers that mean one licence; "BSD License" does not say which, nor does "GNU General Public License (GPL)"."""
_WORDS: Final = re.compile(r"[()]|[^\s()]+")


def licence_of(metadata: Message) -> str | None:
    """The SPDX expression of a distribution, from its metadata or as declared here; None where neither names one."""
    declared = DECLARED.get(canonicalize_name(metadata["Name"]))
    if declared is not None:
        return declared.expression
    for text in (metadata.get("License-Expression"), metadata.get("License")):
        try:
            if text:
                return canonicalize_license_expression(text)
        except InvalidLicenseExpression:
            continue  # a name or a whole text, from before there were expressions
    licences = [each for each in metadata.get_all("Classifier") or () if each.startswith("License :: ")]
    names = [_CLASSIFIERS.get(each.rpartition(" :: ")[2]) for each in licences]
    return " AND ".join(sorted(filter(None, names))) if names and all(names) else None


def licence_fault(name: str, expression: str | None) -> str | None:
    """Why a distribution may not be used at run time; None when it may."""
    if expression is None:
        return f"{name}: its licence is not known; read it there, and declare it with the reason"
    refused = sorted(_refused(name, iter(_WORDS.findall(expression))))
    return f"{name}: {expression} is refused ({', '.join(refused)})" if refused else None


def _refused(name: str, words: Iterator[str]) -> set[str]:
    """The licences of an expression that stand in the way: none of one alternative, or those of all.

    AND binds closer than OR; a licence WITH an exception is another licence than the one before the word.
    """
    alternatives: list[set[str]] = [set()]
    term = ""
    for word in words:
        match word:
            case "(":
                alternatives[-1] |= _refused(name, words)
            case ")":
                break
            case "AND" | "OR":
                if term:
                    alternatives[-1] |= _refused_alone(name, term)
                term = ""
                if word == "OR":
                    alternatives.append(set())
            case _:
                term = f"{term} {word}".strip()
    if term:
        alternatives[-1] |= _refused_alone(name, term)
    return set() if not all(alternatives) else set().union(*alternatives)


def _refused_alone(name: str, licence: str) -> set[str]:
    is_named = licence.startswith("LGPL-") and name in LESSER_GPL
    return set() if licence in PERMITTED or is_named else {licence}
