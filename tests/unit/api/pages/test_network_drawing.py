"""The drawing of who turned to whom: an arc a pair, and a table that holds every direction."""

from datetime import date
from xml.etree import ElementTree as ET

from api.pages.pictures.network_picture import NetworkBody, NetworkTie, network, network_table

BODIES = [NetworkBody("Forum", "residents"), NetworkBody("Tenants", "residents"), NetworkBody("Council", "government")]
DAY = date(2026, 3, 27)
TIES = [
    NetworkTie(sender=0, receiver=2, asks=2, last_on=DAY),
    NetworkTie(sender=2, receiver=0, promises=1, contacts=1, last_on=DAY),
    NetworkTie(sender=0, receiver=1, contacts=1, last_on=DAY),
]


def drawn(ties=TIES, bodies=BODIES):
    return ET.fromstring(network(bodies, ties, "Who turned to whom"))  # noqa: S314 - what was drawn here


def arcs(picture):
    return [part for part in picture.iter("path") if "tie" in part.get("class")]


def test_two_that_turned_to_one_another_have_one_arc_the_thicker_the_more_often():
    assert [arc.get("stroke-width") for arc in arcs(drawn())] == ["1", "4"]


def test_what_stays_within_one_side_is_told_apart_without_colour():
    assert [arc.get("class") for arc in arcs(drawn())] == ["tie within", "tie"]


def test_no_arc_is_thicker_than_five():
    (arc,) = arcs(drawn([NetworkTie(sender=0, receiver=2, asks=40, last_on=DAY)]))
    assert arc.get("stroke-width") == "5"


def test_every_body_is_named_in_the_order_given_and_long_names_are_cut():
    names = [part.text for part in drawn(bodies=[*BODIES[:2], NetworkBody("C" * 60, "government")]).iter("text")]
    assert names == ["Forum", "Tenants", f"{'C' * 33}…"]


def test_the_picture_says_in_words_how_many_pairs_there_are():
    assert next(drawn().iter("title")).text == (
        "Who turned to whom: 3 organisations and groups, 2 pairs that turned to one another, 1 of them across sides"
    )


def test_the_table_holds_every_direction_with_how_and_when():
    table = ET.fromstring(network_table(BODIES, TIES, "Who turned to whom"))  # noqa: S314 - what was written here
    rows = [[cell.text for cell in row] for row in table.find("tbody")]
    assert rows == [
        ["Forum", "Council", "2 asks", "27 March 2026"],
        ["Council", "Forum", "1 contact, 1 promise", "27 March 2026"],
        ["Forum", "Tenants", "1 contact", "27 March 2026"],
    ]
