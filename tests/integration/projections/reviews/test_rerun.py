"""Making an extract again: identical, or what differs and why; and no pretending where it cannot be made."""

from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from domain.decisions.command_context import Actor, CommandContext
from domain.handling.handler import Handler
from domain.log.errors import BeyondHead
from domain.values import PartyAt
from domain.vault import Vault, WrappingKey
from domain.vocabulary import PartyKind, Side
from projections.method.method import method_sha256
from projections.reviews import extract
from projections.reviews.extract import METHOD as METHOD_FILE
from projections.reviews.freeze import CannotRerun, NotRecorded, record_frozen, rerun, sha256_of
from projections.reviews.manifest import MANIFEST, ManifestInvalid, encode_manifest, made_by, read_manifest
from projections.reviews.registration import ReviewMethodMissing
from projections.reviews.table_files import ExtractFormat
from tests.support.partnership_story import an_id, noon
from tests.support.review_county import METHOD, content, copied, county, frozen

OTHER_METHOD = msgspec.structs.replace(METHOD, id="slower", title="Slower to forget")
EVALUATOR = PartyAt(an_id("an evaluator"), Side.OTHER, PartyKind.OTHER_BODY)


@pytest.fixture
def folder(source, head, tmp_path):
    frozen(source, tmp_path / "frozen", head, forms=(ExtractFormat.CSV,))
    return tmp_path / "frozen"


def again(source, manifest, to):
    with ThreadPoolExecutor(2) as executor:
        return rerun(source, manifest, to, executor, lambda _done, _total: None)


def rewritten(folder, **changed):
    manifest = msgspec.structs.replace(read_manifest(folder / MANIFEST), **changed)
    (folder / MANIFEST).write_bytes(encode_manifest(manifest))
    return folder / MANIFEST


def context(name="a freeze"):
    return CommandContext(
        actor=Actor(actor_id=an_id("key"), party=EVALUATOR, steward=True),
        command_id=an_id(name),
        now=noon("2026-07-01"),
        person_of=lambda _: None,
    )


def test_an_extract_made_again_is_the_same_to_the_byte(source, folder, tmp_path):
    rerun = again(source, folder / MANIFEST, tmp_path / "again")
    assert (rerun.identical, rerun.differing, rerun.because, rerun.edited) == (True, (), (), ())
    assert content(tmp_path / "again") == content(folder)


def test_it_says_whether_the_log_knows_the_manifest(source, folder, tmp_path):
    assert not again(source, folder / MANIFEST, tmp_path / "one").recorded
    handler = Handler(source.log, Vault(WrappingKey.generate()))
    manifest, sha256 = read_manifest(folder / MANIFEST), sha256_of(folder / MANIFEST)
    record_frozen(handler, context(), manifest, sha256)
    assert again(source, folder / MANIFEST, tmp_path / "other").recorded
    before = source.log.head().position
    record_frozen(handler, context("again"), manifest, sha256)
    assert source.log.head().position == before
    somebody = msgspec.structs.replace(context("of another"), actor=Actor(actor_id=an_id("key"), party=EVALUATOR))
    with pytest.raises(NotRecorded, match="somebody else"):
        record_frozen(handler, somebody, manifest, "f" * 64)


def test_an_edited_file_or_manifest_is_named(source, folder, tmp_path):
    with (folder / "panel.csv").open("a") as panel:
        panel.write("one more line\n")
    rerun = again(source, rewritten(folder, tree_root=read_manifest(folder / MANIFEST).tree_root), tmp_path / "again")
    assert (rerun.identical, rerun.edited) == (True, ("panel.csv",))
    files = tuple(replace_file(each) for each in read_manifest(folder / MANIFEST).files)
    rerun = again(source, rewritten(folder, files=files), tmp_path / "once more")
    assert rerun.differing == (MANIFEST, "panel.csv")
    assert rerun.because == ()


def replace_file(file):
    return msgspec.structs.replace(file, sha256="0" * 64) if file.path == "panel.csv" else file


def test_another_version_of_the_program_is_named(source, folder, tmp_path, monkeypatch):
    other = msgspec.structs.replace(made_by(), sources_sha256="f" * 64)
    monkeypatch.setattr(extract, "made_by", lambda: other)
    rerun = again(source, folder / MANIFEST, tmp_path / "again")
    assert rerun.differing == (MANIFEST,)
    assert [(each.what, each.now) for each in rerun.because] == [("made_by.sources_sha256", "f" * 64)]


def test_another_log_is_refused(source, folder, tmp_path):
    with pytest.raises(CannotRerun, match="this is the log"):
        again(source, rewritten(folder, log_id=an_id("another log")), tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_log_with_another_past_is_refused(source, folder, tmp_path):
    with pytest.raises(CannotRerun, match="another root"):
        again(source, rewritten(folder, tree_root="0" * 64), tmp_path / "again")


def test_a_position_beyond_the_head_is_refused(source, folder, head, tmp_path):
    with pytest.raises(BeyondHead):
        again(source, rewritten(folder, position=head + 1), tmp_path / "again")


def test_what_is_no_manifest_is_refused(source, folder, tmp_path):
    with pytest.raises(ManifestInvalid):
        again(source, folder / "datapackage.json", tmp_path / "again")
    with pytest.raises(ManifestInvalid, match="format 2"):
        again(source, rewritten(folder, format=2), tmp_path / "again")


class TestAnotherMethod:
    @pytest.fixture
    def story(self):
        return county(method_sha256=method_sha256(OTHER_METHOD))

    @pytest.fixture
    def folder(self, source, head, tmp_path):
        frozen(source, tmp_path / "frozen", head, method=OTHER_METHOD, forms=(ExtractFormat.CSV,))
        return tmp_path / "frozen"

    def test_its_document_is_taken_from_beside_the_manifest(self, source, folder, tmp_path):
        assert again(source, folder / MANIFEST, tmp_path / "again").identical

    def test_without_a_document_it_cannot_be_made_again(self, source, folder, tmp_path):
        copy = copied(folder, tmp_path / "moved")
        for spoilt in (b"{}", b"not even JSON"):
            (copy / METHOD_FILE).write_bytes(spoilt)
            with pytest.raises(ReviewMethodMissing, match=method_sha256(OTHER_METHOD)):
                again(source, copy / MANIFEST, tmp_path / "again")
        (copy / METHOD_FILE).unlink()
        with pytest.raises(ReviewMethodMissing):
            again(source, copy / MANIFEST, tmp_path / "again")
