"""The texts in the fields of the meeting form, good or bad, and the blocks that are added to it one by one."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from api.pages.ground.entered_numbers import whole_number

PARTS: Final = ("visitor", "asked", "answered", "decided", "promised")
"""The parts of the form that can be added more than once, in their order."""
FIRST_FIELDS: Final = {"visitor": "name", "asked": "by", "answered": "ask", "decided": "title", "promised": "by"}
"""By part, the first field of each of its blocks."""
MOST_BLOCKS: Final = 20
"""Of one part, in one form."""
_BLOCK: Final = re.compile(r"([a-z]+)-([1-9][0-9]{0,8})-([a-z-]+)")
_NOT_KEPT: Final = frozenset({"form_token", "do", "key", "saved-at"})
_PRESET: Final = frozenset({("asked", "kind")})
"""Fields that have an answer before anybody gave one: a block with nothing else in it was not filled in."""


class Answers:
    """The texts of every field, by name; those not sent are empty."""

    def __init__(self, texts: Mapping[str, Sequence[str]] | None = None) -> None:
        self._texts = {name: [*many] for name, many in (texts or {}).items() if name not in _NOT_KEPT}

    def one(self, name: str) -> str:
        """The text of a field, without spaces around it."""
        return self._texts[name][-1].strip() if self._texts.get(name) else ""

    def many(self, name: str) -> list[str]:
        """The boxes of this name that are ticked, each once."""
        return list(dict.fromkeys(text.strip() for text in self._texts.get(name, ()) if text.strip()))

    def texts(self) -> dict[str, list[str]]:
        """Every field that holds something, as it is kept in a draft."""
        return {name: many for name, many in self._texts.items() if any(many)}

    def with_texts(self, **texts: Sequence[str]) -> "Answers":
        """The same with some fields otherwise; a name is written with underscores for its dashes."""
        return Answers({**self._texts, **{name.replace("_", "-"): many for name, many in texts.items()}})

    def blocks(self, part: str) -> list[int]:
        """The numbers of a part's blocks that have anything in them, in order."""
        return sorted(
            {number for name, number, field in self._in_blocks() if name == part and self._is_said(part, number, field)}
        )

    def shown_blocks(self, part: str) -> list[int]:
        """The numbers of the blocks to show: those filled in, those asked for, and one where there is none."""
        numbers = map(whole_number, self.many(f"{part}-blocks"))
        additions = {number for number in numbers if number is not None and 0 < number <= MOST_BLOCKS}
        return sorted({*self.blocks(part), *additions}) or [1]

    def with_block(self, part: str) -> tuple["Answers", int]:
        """The same with one more block of a part, and its number."""
        numbers = self.shown_blocks(part)
        number = min(max(numbers) + 1, MOST_BLOCKS)
        return self._showing(part, [*numbers, number]), number

    def without_block(self, part: str, number: int | None) -> "Answers":
        """The same without one block, those after it counted anew."""
        numbers = [block for block in self.shown_blocks(part) if block != number]
        places = {str(old): str(new) for new, old in enumerate(numbers, 1)}
        pointed = {f"{part}-{old}": f"{part}-{places.get(old, '')}" for old in (str(number), *places)}
        texts: dict[str, Sequence[str]] = {}
        for name, many in self._texts.items():
            match = _BLOCK.fullmatch(name)
            if match is None or match[1] != part:
                # A list may have the block itself chosen in it, such as a body that was named here.
                choices = [pointed.get(text, text) for text in many]
                texts[name] = [text for text in choices if text != f"{part}-"]
            elif match[2] in places:
                texts[f"{part}-{places[match[2]]}-{match[3]}"] = many
        return Answers({**texts, f"{part}-blocks": list(places.values())})

    def _showing(self, part: str, numbers: Iterable[int]) -> "Answers":
        return Answers({**self._texts, f"{part}-blocks": [str(number) for number in sorted(set(numbers))]})

    def _in_blocks(self) -> Iterable[tuple[str, int, str]]:
        for name in self._texts:
            match = _BLOCK.fullmatch(name)
            if match is not None and match[1] in PARTS:
                yield match[1], int(match[2]), match[3]

    def _is_said(self, part: str, number: int, field: str) -> bool:
        return (part, field) not in _PRESET and bool(self.one(f"{part}-{number}-{field}"))
