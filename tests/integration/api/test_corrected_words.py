"""Words that were put right or withdrawn, old and new, are for those at the table, wherever they are read."""

import pytest

from api.access.keys import Scope

FIRST, SECOND, WHY, GONE, WHY_GONE = (
    "The clerk fell ill",
    "The clerk was away",
    "Nobody's health is our business",
    "Names of the tenants in arrears",
    "It should not have been written down",
)


@pytest.fixture
def mended(neighbourhood):
    """An arrangement that was put right and another that was withdrawn: the positions by then, and the records."""
    officer, path = neighbourhood.officer, f"{neighbourhood.path}/data-sharing"
    first = officer.records(path, covers=FIRST, happened="2026-03-01")
    second = officer.records(path, covers=GONE, happened="2026-03-02")
    (agreement,), (lost,) = ([each["event_id"] for each in receipt["events"]] for receipt in (first, second))
    corrected = officer.records(f"/v1/records/{agreement}/corrections", changes={"covers": SECOND}, reasons=WHY)
    withdrawn = officer.records(f"/v1/records/{lost}/withdrawals", reasons=WHY_GONE)
    correction = corrected["events"][0]["event_id"]
    return {"before": second["position"], "after": withdrawn["position"], "records": (agreement, lost, correction)}


def readings(reader, path, mended):
    """Everything that one reader is shown of it: the events in sentences, the arrangements, the records."""
    for position in (mended["before"], mended["after"]):
        yield reader.get(f"{path}/timeline", known_at=position).text
        yield reader.get(f"{path}/data-sharing", known_at=position).text
    for record in mended["records"]:
        yield reader.get(f"/v1/records/{record}").text


def test_at_the_table_the_words_before_and_after_are_read_with_the_reasons(neighbourhood, mended):
    text = "".join(readings(neighbourhood.resident, neighbourhood.path, mended))
    assert [each for each in (FIRST, SECOND, WHY, GONE, WHY_GONE) if each not in text] == []


def test_elsewhere_none_of_them_is_read(neighbourhood, mended, people, steward):
    other = steward.records("/v1/parties", name="Another Council", kind="unitary", happened="2020")
    for stranger in (people(Scope.READ), people(Scope.RECORD, other["created"]["party"][0])):
        texts = list(readings(stranger, neighbourhood.path, mended))
        assert [each for each in (FIRST, SECOND, WHY, GONE, WHY_GONE) if each in "".join(texts)] == []
        assert "A data-sharing arrangement was agreed by all members: [not shown]" in texts[0]


def test_the_sentence_reads_as_put_right_and_as_it_was_known_before(neighbourhood, mended):
    def sentences(position):
        timeline = neighbourhood.resident.reads(f"{neighbourhood.path}/timeline", known_at=position)
        return {each["sentence"]: each["standing"] for each in timeline["data"]}

    assert sentences(mended["before"])[f"A data-sharing arrangement was agreed by all members: {FIRST}"] == "stands"
    now = sentences(mended["after"])
    assert now[f"A data-sharing arrangement was agreed by all members: {SECOND}"] == "stands"
    assert now[f"A data-sharing arrangement was agreed by all members: {GONE}"] == "withdrawn"


def test_a_page_learns_whether_an_arrangement_stands(neighbourhood, mended):
    (row,) = neighbourhood.resident.reads(f"{neighbourhood.path}/data-sharing")["rows"]
    assert (row["is_in_force"], row["agreed_on"]) == (True, "2026-03-01")
    earlier = neighbourhood.resident.reads(f"{neighbourhood.path}/data-sharing", known_at=mended["before"])
    assert [each["is_in_force"] for each in earlier["rows"]] == [False, True]


def test_a_record_is_said_in_words_with_what_was_said_of_it_and_by_whom(neighbourhood, mended):
    agreement, lost, _ = mended["records"]
    answer = neighbourhood.resident.reads(f"/v1/records/{agreement}")
    assert answer["partnership_id"] == neighbourhood.partnership
    assert answer["sentences"][agreement] == f"A data-sharing arrangement was agreed by all members: {SECOND}"
    (correction,) = answer["since"]
    assert answer["sentences"][correction["event_id"]] == f"A record was corrected: {WHY}"
    assert answer["names"][correction["provenance"]["on_behalf_of"]["party_id"]] == "Ambleford Council"
    withdrawn = neighbourhood.resident.reads(f"/v1/records/{lost}")
    assert withdrawn["sentences"][lost] == f"A data-sharing arrangement was agreed by all members: {GONE}"


def test_a_record_of_a_register_belongs_to_no_partnership(steward, neighbourhood):
    entry = steward.reads(f"/v1/parties/{neighbourhood.council}")["event_id"]
    assert steward.reads(f"/v1/records/{entry}")["partnership_id"] is None
