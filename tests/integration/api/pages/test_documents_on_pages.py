"""Documents on pages: attached by a form that works without scripts, taken away as files, erased by who may."""

import re

import pytest

from api.access.keys import Scope
from tests.integration.api.test_a_meeting import meeting
from tests.support.document_files import DOCX_TYPE, WHOLE, a_jpeg, a_pdf, an_exif
from tests.support.page_visitor import PageVisitor, address_on, error_summary

MINUTES = WHOLE["minutes.pdf"]


@pytest.fixture
def held(neighbourhood):
    """The ids of a meeting, and of an ask that came up at it."""
    receipt = neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    return receipt["created"]["interaction"][0], receipt["created"]["ask"][0]


@pytest.fixture
def visitor(client, neighbourhood):
    return PageVisitor(client.app).signs_in(neighbourhood.officer.key)


def form_of(board, thing):
    return f"/partnerships/{board.partnership}/documents/new?{thing}"


def sends(visitor, path, content=MINUTES, name="minutes.pdf", media_type="application/pdf", **fields):
    """Send the form with a file, as a browser does."""
    data = {**visitor.hidden(path), "kind": "minutes", **fields}
    files = {"file": (name, content, media_type)}
    return visitor.client.post(path, data=data, files=files, headers={"Origin": visitor.origin})


def test_minutes_are_attached_on_the_page_of_their_meeting_and_taken_away(neighbourhood, held, visitor):
    page = f"/partnerships/{neighbourhood.partnership}/meetings/{held[0]}"
    path = form_of(neighbourhood, f"interaction={held[0]}")
    assert path in visitor.reads(page).replace("&amp;", "&")
    assert address_on(sends(visitor, path)) == f"{page}?done=attached#documents"
    shown = visitor.reads(f"{page}?done=attached")
    assert "The document is attached." in shown
    [address] = re.findall(r'href="([^"]*/documents/[^"]*/content)">minutes\.pdf<', shown)
    file = visitor.gets(address)
    assert (file.status_code, file.content) == (200, MINUTES)
    assert file.headers["Content-Type"] == "application/octet-stream"
    assert file.headers["Content-Disposition"] == "attachment; filename*=UTF-8''minutes.pdf"
    assert file.headers["Content-Security-Policy"].startswith("sandbox;")
    assert file.headers["X-Content-Type-Options"] == "nosniff"


def test_a_document_of_a_meeting_that_had_been_planned_leads_back_to_that_meeting(neighbourhood, visitor):
    officer, path = neighbourhood.officer, neighbourhood.path
    plan = officer.records(f"{path}/plans", kind="meeting", planned_for="2026-03-12", happened="2026-01-05")
    planned = plan["created"]["interaction"][0]
    officer.records(f"{path}/interactions", **meeting(neighbourhood, planned=planned, happened="2026-03-12"))
    page, form = (
        f"/partnerships/{neighbourhood.partnership}/meetings/{planned}",
        form_of(neighbourhood, f"interaction={planned}"),
    )
    assert address_on(sends(visitor, form)) == f"{page}?done=attached#documents"
    assert "A meeting took place with" in visitor.reads(form)
    listed = visitor.reads(f"/partnerships/{neighbourhood.partnership}/documents")
    assert "the meeting of 12 March 2026</a>" in listed
    assert "planned a meeting" not in listed


def test_a_photograph_is_attached_to_an_ask_without_its_place(neighbourhood, held, visitor):
    path = form_of(neighbourhood, f"ask={held[1]}")
    answer = sends(visitor, path, a_jpeg(an_exif()), "swings.jpg", "image/jpeg", kind="photograph")
    record = address_on(answer)
    assert record.startswith("/records/")
    [address] = re.findall(r'href="([^"]*/content)">swings\.jpg<', visitor.reads(record.partition("#")[0]))
    assert visitor.gets(address).content == a_jpeg()


def test_sent_twice_it_is_attached_once(neighbourhood, held, visitor):
    path = form_of(neighbourhood, f"interaction={held[0]}")
    hidden = visitor.hidden(path)
    for _ in range(2):
        assert sends(visitor, path, **hidden).status_code == 303
    assert len(neighbourhood.officer.reads(f"{neighbourhood.path}/documents")["data"]) == 1


@pytest.mark.parametrize(
    ("content", "name", "media_type", "words"),
    [
        (b"", "minutes.pdf", "application/pdf", "The file is empty"),
        (MINUTES, "minutes.exe", "application/pdf", "Files that end in one of these are kept"),
        (MINUTES, "minutes.pdf", DOCX_TYPE, "It is sent as another type than its name says"),
        (MINUTES[:-30], "minutes.pdf", "application/pdf", "The document breaks off before its end"),
        (a_pdf(said=bytes(11_000_000)), "minutes.pdf", "", "A document may have 10,000,000 bytes"),
        (MINUTES, "../../minutes.pdf", "application/pdf", "Name the file alone, without folders"),
        (MINUTES, "..\\minutes.pdf", "application/pdf", "Name the file alone, without folders"),
        (MINUTES, "a\u202efdp.pdf", "application/pdf", "holds a sign that cannot be kept"),
        (MINUTES, "m" * 300 + ".pdf", "application/pdf", "name of the file is too long"),
    ],
)
def test_what_cannot_be_kept_is_told_at_the_file(neighbourhood, held, visitor, content, name, media_type, words):
    answer = sends(visitor, form_of(neighbourhood, f"interaction={held[0]}"), content, name, media_type)
    assert answer.status_code == 422
    [(field, said)] = error_summary(answer.text)
    assert field == "file"
    assert words.casefold() in said.casefold()
    assert 'value="minutes" checked' in answer.text
    assert neighbourhood.officer.reads(f"{neighbourhood.path}/documents")["data"] == []


def test_a_form_without_a_file_or_a_kind_says_so(neighbourhood, held, visitor):
    path = form_of(neighbourhood, f"interaction={held[0]}")
    answer = sends(visitor, path, b"", "", "application/octet-stream", kind="")
    assert error_summary(answer.text) == [("file", "Choose the file"), ("kind", "Choose what it is")]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=B", b"x"),
        ("multipart/form-data; boundary=B", b"--B\r\n\r\nx\r\n--B--\r\n"),
        (
            "multipart/form-data; boundary=B",
            b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\r\n--B--\r\n',
        ),
        ("multipart/form-data; boundary=B", b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\nx'),
        (
            "multipart/form-data; boundary=B",
            b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n' * 300 + b"--B--\r\n",
        ),
        (
            "multipart/form-data; boundary=B",
            b'--B\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nx\r\n' * 2 + b"--B--\r\n",
        ),
    ],
)
def test_a_form_that_no_browser_sends_is_refused(neighbourhood, held, visitor, content_type, body):
    headers = {"Content-Type": content_type, "Origin": visitor.origin}
    path = form_of(neighbourhood, f"interaction={held[0]}")
    answer = visitor.client.post(path, content=body, headers=headers)
    assert answer.status_code == 400
    assert "Nothing was recorded" in answer.text


def test_a_form_with_a_file_is_taken_by_this_page_alone(neighbourhood, held, visitor):
    page = f"/partnerships/{neighbourhood.partnership}/meetings/{held[0]}"
    answer = visitor.client.post(page, data=visitor.hidden(page), files={"file": ("a", b"x")})
    assert answer.status_code == 415


def test_from_another_site_nothing_is_attached(neighbourhood, held, visitor):
    path = form_of(neighbourhood, f"interaction={held[0]}")
    data = {**visitor.hidden(path), "kind": "minutes"}
    files = {"file": ("minutes.pdf", MINUTES, "application/pdf")}
    answer = visitor.client.post(path, data=data, files=files, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403
    no_token = {"kind": "minutes", "key": "x"}
    assert visitor.client.post(path, data=no_token, files=files, headers={"Origin": visitor.origin}).status_code == 403


def test_who_has_not_signed_in_sends_no_file(client, neighbourhood, held):
    path = form_of(neighbourhood, f"interaction={held[0]}")
    stranger = PageVisitor(client.app)
    answer = stranger.client.post(path, files={"file": ("a", b"x" * 20_000_000)}, headers={"Origin": stranger.origin})
    assert address_on(answer).startswith("/sign-in")


def test_who_may_only_read_is_offered_no_form(client, people, neighbourhood, held):
    reader = PageVisitor(client.app).signs_in(people(Scope.READ).key)
    assert reader.gets(form_of(neighbourhood, f"interaction={held[0]}")).status_code == 403
    assert "Attach" not in reader.reads(f"/partnerships/{neighbourhood.partnership}/meetings/{held[0]}")


@pytest.mark.parametrize("thing", ["interaction=x", "ask=00000000-0000-4000-8000-000000000000", "", "person=1"])
def test_there_is_no_form_for_nothing(neighbourhood, visitor, thing):
    assert visitor.gets(form_of(neighbourhood, thing)).status_code == 404


def test_a_steward_erases_a_document_and_it_stays_listed(client, steward, neighbourhood, held, visitor):
    sends(visitor, form_of(neighbourhood, f"interaction={held[0]}"))
    listed = f"/partnerships/{neighbourhood.partnership}/documents"
    shown = visitor.reads(listed)
    assert f"{listed}/archive" in shown
    assert "/erase" not in shown
    keeper = PageVisitor(client.app).signs_in(steward.key)
    [address] = re.findall(r'href="([^"]*/erase)"', keeper.reads(listed))
    assert visitor.gets(address).status_code == 403
    assert error_summary(keeper.sends(address, ground="").text) == [("ground", "Enter why it is erased")]
    assert address_on(keeper.sends(address, ground="names a child")) == f"{listed}?done=erased"
    shown = visitor.reads(listed)
    assert "<b>Erased</b>" in shown
    assert "minutes.pdf" not in shown
    assert "/content" not in shown
    assert keeper.gets(address).status_code == 404


def test_all_of_them_are_taken_away_in_one_file(neighbourhood, held, visitor):
    sends(visitor, form_of(neighbourhood, f"interaction={held[0]}"))
    answer = visitor.gets(f"/partnerships/{neighbourhood.partnership}/documents/archive")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/zip")
    assert answer.content.startswith(b"PK")
