"""Replies of bodies to figures about them, as pages print them."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from msgspec import Struct

from api.pages.ground.in_words import day_in_words
from api.reading.replies import Reply


class ReplyInWords(Struct, frozen=True):
    """A body's reply to a figure, printed wherever the figure is."""

    who: str
    on: str
    words: str


def replies_in_words(replies: Sequence[Reply], names: Mapping[UUID, str]) -> Iterator[ReplyInWords]:
    """Replies as they are printed, the latest first; of one that this reader may not read, that there is one."""
    for reply in reversed(replies):
        who = names.get(reply.replied_by, "An organisation or group")
        yield ReplyInWords(who, day_in_words(reply.happened), reply.reply.text or "")
