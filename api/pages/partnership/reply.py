"""A reply to a figure: a body's own words about a figure that judges it, printed wherever the figure is."""

from collections.abc import Sequence
from typing import Final

from starlette.datastructures import ImmutableMultiDict

from api.access.user_roles import Right
from api.http.problems import Problem
from api.pages.ground.page import FieldError, FormFields, Page, PageAnswer, SeeOther, Shown, Visit
from api.pages.ground.pointed_out import identifiers_in_words, to_point_out
from api.pages.ground.rights import may_record
from api.pages.ground.sent_forms import faults_in_recording, key_of
from api.pages.partnership.aspects import ASPECTS, BY_SLUG
from api.pages.partnership.dimensions import DIMENSION_WORDS
from api.pages.partnership.whose import PartnershipVisit

_FIELDS: Final = {"/replied_by": "body", "/reply": "words", "/facet": "figure", "/dimension": "figure", "": "figure"}


def _show(visit: Visit) -> PageAnswer:
    figure = FormFields(ImmutableMultiDict({"figure": visit.query.get("figure", "")}))
    return _page(PartnershipVisit(visit), figure, ())


def _take(visit: Visit) -> PageAnswer:
    here, form = PartnershipVisit(visit), visit.form
    body, figure, words = form.one("body"), form.one("figure"), form.one("words")
    errors = [
        FieldError(field, text)
        for field, text, is_wrong in (
            ("figure", "Choose the figure that you reply to", figure not in {*BY_SLUG, *DIMENSION_WORDS}),
            ("body", "Choose whose reply it is", not body),
            ("words", "Enter the reply", not words),
        )
        if is_wrong
    ]
    if errors or to_point_out(form, ["words"]):
        return _page(here, form, errors)
    which = {"facet": BY_SLUG[figure].facet.value} if figure in BY_SLUG else {"dimension": figure}
    reply = {"replied_by": body, "reply": words, **which}
    errors = faults_in_recording(visit, "attach-reply", reply, _FIELDS, path=here.path, otherwise="words")
    if errors:
        return _page(here, form, errors)
    return SeeOther(f"{here.address}?aspect={figure}#trust" if figure in BY_SLUG else f"{here.address}#health")


def _page(here: PartnershipVisit, form: FormFields, errors: Sequence[FieldError]) -> Shown:
    """The form. Raises Problem 403 for whoever has no seat."""
    if not may_record(here.visit, here.partnership_id):
        raise Problem("not-allowed", "Only who records for a body at the table replies to a figure.")
    me = here.visit.ask("read-me")
    values = {
        "partnership": here.entry,
        "address": here.address,
        "bodies": [(str(each.party_id), each.name or "") for each in me.bodies],
        "figures": [(each.slug, f"{each.name} (trust)") for each in ASPECTS]
        + [(key, each.name) for key, each in DIMENSION_WORDS.items()],
        "form": form,
        "looks_like": identifiers_in_words(form, ["words"]),
        "key": key_of(form),
    }
    title = f"Reply to a figure: {here.entry.name}"
    return Shown(template="partnership/reply.html", title=title, values=values, errors=errors)


PAGES = (
    Page(
        path="/partnerships/{partnership_id}/reply",
        name="partnership-reply",
        show=_show,
        take=_take,
        right=Right.RECORD,
        section="partnerships",
    ),
)
