"""Pictures of the pages for the documentation, which `folkmoot pictures` takes of the whole demonstration."""

import struct
import subprocess
import sys
from pathlib import Path

from domain.checkout import ROOT
from scripts.documentation.screenshots import take_pictures
from scripts.support.exits import Exit
from scripts.support.page_walk import PageWalker

MOST_BYTES = 150_000


def test_each_page_has_a_picture_of_its_name_small_enough_for_a_document(chromium, looked_at, tmp_path):
    visitor = PageWalker(looked_at.base)
    pages = visitor.walk("/sign-in")
    files = list(take_pictures(chromium, looked_at.base, visitor.cookies, pages, tmp_path))
    assert sorted(file.name for file in files) == sorted(f"{name}.png" for name in pages)
    for file in files:
        signature, width, height = struct.unpack(">12x4sII", file.read_bytes()[:24])
        assert (signature, width) == (b"IHDR", 1280)
        assert 200 < height <= 1600
        assert file.stat().st_size < MOST_BYTES


def test_where_there_is_no_chromium_a_sentence_says_so_before_anything_is_done(tmp_path):
    process = subprocess.run(
        [Path(sys.executable).with_name("folkmoot"), "pictures", "--out", tmp_path],
        cwd=ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == Exit.CONFIGURATION
    assert process.stderr == (
        "folkmoot: there is no chromium on the PATH: apt-get install chromium brings it, on Debian\n"
    )
    assert list(tmp_path.iterdir()) == []
