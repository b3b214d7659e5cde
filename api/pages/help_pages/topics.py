"""The help pages, open to anybody: each topic a template, filled with the numbers of a method."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from msgspec import Struct

from api.http.problems import Problem
from api.pages.ground.page import Page, PageAnswer, Shown, Visit
from api.pages.partnership.aspects import ASPECTS
from api.pages.partnership.dimensions import DIMENSION_WORDS
from api.reading.as_of import read_known
from projections.method.document import default_method
from projections.method.method import Method
from projections.scoring.early_warnings.declared_warnings import warnings_of


class HelpTopic(Struct, frozen=True, kw_only=True):
    """One help page."""

    slug: str
    title: str
    about: str


TOPICS: Final = (
    HelpTopic(
        slug="how-figures-are-made",
        title="How figures are made",
        about="From what happened to a figure, in five steps.",
    ),
    HelpTopic(
        slug="trust",
        title="What figures of trust mean",
        about="Keeping promises, answering, being open and the rest: what each counts, and what it does not say.",
    ),
    HelpTopic(
        slug="health",
        title="How a partnership is working",
        about="Each line of the profile: what it counts, and what it does not say.",
    ),
    HelpTopic(
        slug="early-warnings",
        title="Early warnings",
        about="The rules by which a partnership’s page warns early, and what would end each warning.",
    ),
    HelpTopic(
        slug="silence-and-dispute",
        title="Silence and dispute",
        about="When saying nothing counts as agreement, and what happens when somebody says that a record is wrong.",
    ),
    HelpTopic(
        slug="dates",
        title="The two dates",
        about="How things stood on a day, and what we knew on a day: why there are two, and what each changes.",
    ),
    HelpTopic(slug="words", title="Words we use", about="What a few words mean here."),
)


def _show_index(_: Visit) -> PageAnswer:
    return Shown(template="help_pages/index.html", title="Help", values={"topics": TOPICS})


def _show_topic(visit: Visit) -> PageAnswer:
    topic = next((each for each in TOPICS if each.slug == visit.path["topic"]), None)
    if topic is None:
        raise Problem("not-found", "There is no help page of this name.")
    method = _method(visit)
    values = {
        "topics": TOPICS,
        "topic": topic,
        "method": method,
        "is_adopted": "partnership" in visit.query,
        "aspects": ASPECTS,
        "dimensions": DIMENSION_WORDS,
        "limit_days": round(method.answers.standard_working_days * method.answers.limit_multiple),
        "warning_rules": _warning_rules(method),
        "paces": _paces(method),
    }
    return Shown(template=f"help_pages/{topic.slug.replace('-', '_')}.html", title=topic.title, values=values)


def _warning_rules(method: Method) -> list[tuple[str, str, str]]:
    """Each rule of early warnings: its name, when it holds and what would end it; none where the method gives none."""
    rules = method.warning_rules
    if rules is None:
        return []
    return [(each.title, each.in_words(rules), each.ends_when) for each in warnings_of(rules)]


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


class Pace(Struct, frozen=True):
    """How many days it takes some aspects to fade to half, in words, and the names of those aspects."""

    days: str
    aspects: str


def _paces(method: Method) -> list[Pace]:
    """The paces at which aspects fade, the quickest first; of one pace for all the aspects need not be named."""
    names: dict[float | None, list[str]] = {}
    for aspect in ASPECTS:
        names.setdefault(method.trust.half_life(aspect.facet), []).append(aspect.name.lower())
    if names.keys() == {None}:
        return []
    return [
        Pace(f"{days:.0f} days" if days is not None else "no time at all", _listed(aspects))
        for days, aspects in sorted(names.items(), key=lambda pace: (pace[0] is None, pace[0] or 0))
    ]


def _method(visit: Visit) -> Method:
    """The method in force in the partnership that the address names, for who is signed in; else the one shipped."""
    text = visit.query.get("partnership", "")
    if not text or visit.principal is None:
        return default_method()
    try:
        partnership_id = UUID(text)
    except ValueError:
        raise Problem("not-found", "There is no partnership with this id.") from None
    return read_known(visit.call("read-members", {"partnership_id": partnership_id})).method


PAGES = (
    Page(path="/help", name="help", show=_show_index, right=None, section="help"),
    Page(path="/help/{topic}", name="help-topic", show=_show_topic, right=None, section="help"),
)
