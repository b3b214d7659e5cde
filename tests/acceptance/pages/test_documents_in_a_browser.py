"""Documents in a real browser: attached to a meeting and an ask, taken away as files, with scripts and without."""

import re
import zipfile

from playwright.sync_api import expect

from tests.support.document_files import WHOLE, a_jpeg, an_exif
from tests.support.document_page_steps import MINUTES, to_attach
from tests.support.form_hands import in_browsers, press

PHOTOGRAPH = {"name": "The green.jpg", "mimeType": "image/jpeg", "buffer": a_jpeg(an_exif(6))}


def keep(page, link, folder):
    """Press a link to a file, and give the file that the browser keeps; the page stays where it is."""
    before = page.url
    with page.expect_download() as kept:
        link.click()
    file = folder / kept.value.suggested_filename
    kept.value.save_as(file)
    assert page.url == before
    return file


def board_of(page):
    return re.search(r"/partnerships/[0-9a-f-]+", page.url)[0]


@in_browsers(320, "320 without", "768 without", 1280)
def test_minutes_are_attached_to_a_meeting_and_taken_away(page, tmp_path, recorded):
    to_attach(page, board_of(page))
    assert page.get_by_label("Which file?").get_attribute("accept") == ".pdf,.png,.jpg,.jpeg,.odt,.docx"
    page.get_by_label("Which file?").set_input_files(MINUTES)
    page.get_by_label("Minutes", exact=True).check()
    press(page, "Attach this document")
    expect(page.get_by_text("The document is attached.")).to_be_visible()
    file = keep(page, page.get_by_role("link", name="Minutes.pdf").last, tmp_path)
    assert (file.name, file.read_bytes()) == ("Minutes.pdf", WHOLE["minutes.pdf"])
    assert recorded() == ["document-attached"]
    page.goto(f"{board_of(page)}/documents")
    archive = keep(page, page.get_by_role("link", name="Take all of them away"), tmp_path)
    assert archive.name == "documents.zip"
    with zipfile.ZipFile(archive) as opened:
        assert opened.testzip() is None
        names = [name.partition("-")[2] for name in opened.namelist()]
    assert {"Minutes.pdf", "Lamps that are out.png"} <= set(names)


@in_browsers("320 without", 768)
def test_what_is_wrong_with_a_file_is_told_and_a_right_one_is_taken_next(page, recorded):
    to_attach(page, board_of(page))
    page.get_by_label("Which file?").set_input_files({**MINUTES, "buffer": b"<html><script>alert(1)</script></html>"})
    page.get_by_label("Report", exact=True).check()
    press(page, "Attach this document")
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.get_by_role("link", name="The name says PDF, and the file does not begin as one")).to_be_visible()
    expect(page.get_by_label("Report", exact=True)).to_be_checked()
    page.get_by_label("Which file?").set_input_files(MINUTES)
    press(page, "Attach this document")
    expect(page.get_by_text("The document is attached.")).to_be_visible()
    assert recorded() == ["document-attached"]


@in_browsers(320, "1280 without")
def test_a_photograph_is_attached_to_an_ask_without_place_and_camera_and_still_upright(page, tmp_path):
    page.goto(f"{board_of(page)}/events?kind=asks")
    page.locator(".events a").filter(has_text=" asked").first.click()
    page.get_by_role("link", name="Attach a document to this").click()
    page.get_by_label("Which file?").set_input_files(PHOTOGRAPH)
    page.get_by_label("Photograph", exact=True).check()
    press(page, "Attach this document")
    file = keep(page, page.get_by_role("link", name="The green.jpg").last, tmp_path)
    assert file.name == "The green.jpg"
    content = file.read_bytes()
    assert b"camera" not in content
    assert b"Exif\x00\x00MM" in content
