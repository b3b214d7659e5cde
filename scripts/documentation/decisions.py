"""Pages about what may be recorded by whom: commands with their refusals, and the table of events by side."""

from collections.abc import Iterator

import domain.decisions  # noqa: F401 - registers every command
from domain.decisions.authority import BY_RELATION, TABLE
from domain.decisions.command import Command, commands
from domain.decisions.refusals import REASONS, RefusalKind
from domain.decisions.warnings import SENTENCES, Slip
from domain.events.declaration import declarations, name_of
from domain.events.english import words
from domain.vocabulary import Side
from scripts.documentation.markdown import page, table, title

_ANSWERED = {
    RefusalKind.INVALID: "give better input",
    RefusalKind.MISSING: "it is not there",
    RefusalKind.FORBIDDEN: "somebody else may",
    RefusalKind.CONFLICT: "not as things stand",
}


def commands_page() -> str:
    """Describe every command, and every reason for which one is refused."""
    lines = [
        *title("Commands and refusals"),
        "A command is decided whole: either all that follows from it is recorded, or nothing is and every reason why",
        "not is given. The refusals of references and times (something unknown, a date that does not exist, that lies",
        "in the future or before what it refers to), of seats and of sides are common to all commands.",
        "",
        "## Commands",
        "",
    ]
    for name, declared in commands().items():
        lines += _command(name, declared)
    lines += ["## Refusals", ""]
    rows = [(f"`{code}`", reason.title, _ANSWERED[reason.kind]) for code, reason in REASONS.items()]
    lines += table(("Code", "Meaning", "What helps"), rows)
    lines += [
        "",
        "## Warnings",
        "",
        "What is allowed but may be a slip of the pen is recorded as sent, and the receipt asks about it once, in",
        "`warnings`: a code, the place in what was sent, and a sentence. A repeat answers with the same.",
        "",
    ]
    warnings = [(f"`{slip}`", SENTENCES[slip].format(about="…")) for slip in Slip]
    lines += table(("Code", "What it asks"), warnings)
    return page(lines)


def _command(name: str, declared: type[Command]) -> Iterator[str]:
    yield from (f"### {name}", "", " ".join((declared.__doc__ or "").split()), "")
    if declared.stewards_only:
        yield "* Only for keys that look after the record."
    if declared.refuses:
        yield f"* Refuses: {', '.join(f'`{code}`' for code in declared.refuses)}."
    yield f"* Fields: {', '.join(f'`{field}`' for field in declared.__struct_fields__)}."
    yield ""


def authority_page() -> str:
    """Show which side's word may stand as the record of which event."""
    lines = [
        *title("Who may record what"),
        "A cell says whether that side's word may stand as the record of that event. Rules about single promises, asks",
        "and attestations come on top of it. Keys that look after the record (operators, imports) set down the word of",
        "others and are not bound by the table.",
        "",
    ]
    rows = [
        (f"`{each.name}`", *("yes" if side in TABLE[each.body] else "" for side in Side)) for each in declarations()
    ]
    lines += table(("Event", *(words(side) for side in Side)), rows)
    lines += [
        "## What is somebody's",
        "",
        "An entry of a register, and a seat, is somebody's. To stand on the same side is not enough to touch it:",
        "beside keys that look after the record, only these may, and so may they mend what made it.",
        "",
    ]
    lines += table(("Event", "Recorded by"), [(f"`{name_of(event)}`", who) for event, who in BY_RELATION.items()])
    return page(lines)
