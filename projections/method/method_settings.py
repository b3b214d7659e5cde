"""The settings of a method one by one, by their path in the document, so that methods can be read and compared."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
from msgspec import UNSET, Struct, UnsetType

from projections.method.method import Method

_ABOUT: Final = frozenset({"id", "title", "published_on", "author", "provenance"})
"""The fields of a method that tell of it and make no figure."""


class SettingDifference(Struct, frozen=True, kw_only=True):
    """A setting that is not the same in two methods; what a method does not have is left out."""

    setting: str
    one: Any = UNSET
    other: Any = UNSET


def settings_of(method: Method) -> dict[str, Any]:
    """Every setting that figures depend on, by its path, such as `trust.half_life_days`; lists are one setting."""
    document = msgspec.to_builtins(method)
    return dict(_flat({name: part for name, part in document.items() if name not in _ABOUT}, ""))


def _flat(content: Mapping[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    for name, value in content.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", value


def provenance_of(method: Method) -> dict[str, str]:
    """The text on where each setting comes from, as far as the method says so, by the setting's path."""
    rates = {f"base_rates.{facet}": rate.source for facet, rate in method.base_rates.items()}
    own = method.provenance
    return rates | ({} if isinstance(own, UnsetType) else dict(own))


def setting_differences(one: Method, other: Method) -> list[SettingDifference]:
    """The settings in which two methods differ, in the order of the first's document."""
    ones, others = settings_of(one), settings_of(other)
    return [
        SettingDifference(setting=setting, one=ones.get(setting, UNSET), other=others.get(setting, UNSET))
        for setting in dict.fromkeys((*ones, *others))
        if ones.get(setting, UNSET) != others.get(setting, UNSET)
    ]
