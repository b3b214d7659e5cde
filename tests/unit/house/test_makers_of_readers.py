"""Sealed words are opened by the vault alone, for readers that are made only where what they open is recorded."""

import ast

import pytest

from domain.checkout import ROOT
from scripts.house.source import SourceTree

MAKERS = {
    "api/http/dispatch.py",
    "api/pages/ground/page_dispatch.py",
    "api/jobs/send_mail.py",
    "scripts/commands/import_.py",
}
"""Each makes a reader for one request or one mail, and answers, or sends it, once its row is on record."""


@pytest.fixture(scope="module")
def product():
    return SourceTree(ROOT).product


def test_readers_are_made_only_where_what_they_open_is_recorded(product):
    makers = {
        file.path
        for file in product
        for node in file.nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "WordReader"
    }
    assert makers == MAKERS


def test_the_vault_alone_decrypts(product):
    assert {file.room for file in product if "AESGCM" in file.text} == {"domain.vault"}


def test_keys_are_unwrapped_only_to_open_to_compare_and_to_wrap_anew(product):
    unwrapping = {file.path for file in product if ".unwrap(" in file.text}
    audits = {"domain/audit/vault_keys.py", "domain/audit/document_contents.py"}
    assert unwrapping == {"domain/vault/vault.py", "domain/vault/upkeep.py", *audits}
