"""The client in one folder names every operation as the description does, and can be copied out of the house."""

import ast
import json
import re

from api import client
from api.http.shown_operations import shown_operations
from api.recording.receipt import Receipt, ReceiptWarning, RecordedEvent
from api.resources import described
from domain.checkout import ROOT

FILES = sorted((ROOT / "api" / "client").glob("*.py"))


def test_the_client_names_every_operation_with_its_method_and_path():
    declared = {"Reading": {}, "Recording": {}, "Beginning": {}, "Arranging": {}}
    for path, methods in described()["paths"].items():
        for method, operation in methods.items():
            kind = "Reading" if method == "get" else kind_of(operation["responses"])
            declared[kind][operation["operationId"].upper().replace("-", "_")] = f"{method.upper()} {path}"
    members = {
        kind.__name__: {member.name: member.value for member in kind}
        for kind in (client.Reading, client.Recording, client.Beginning, client.Arranging)
    }
    for kind, operations in declared.items():
        unlike = members[kind].items() ^ operations.items()
        lines = [f'    {name} = "{address}"' for name, address in operations.items() if (name, address) in unlike]
        assert not unlike, "\n".join(
            [f"in api/client/operation_names.py, class {kind} has other names, or lacks:", *lines]
        )


def kind_of(answers):
    if "202" in answers:
        return "Beginning"
    schema = answers["201"]["content"]["application/json"]["schema"]
    return "Recording" if schema == {"$ref": "#/components/schemas/Receipt"} else "Arranging"


def test_the_client_needs_nothing_of_the_house():
    imported = {
        ("." * node.level + node.module if isinstance(node, ast.ImportFrom) else node.names[0].name)
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, (ast.Import, ast.ImportFrom))
    }
    assert {name for name in imported if name.startswith(".")} == {f".{file.stem}" for file in FILES[1:]}
    assert {name.partition(".")[0] for name in imported} - {""} == {
        "collections",
        "enum",
        "httpx2",
        "time",
        "typing",
        "uuid",
    }


def test_the_receipt_of_the_client_has_the_fields_of_ours():
    for theirs, ours in (
        (client.ReceiptOfRequest, Receipt),
        (client.EventOnRecord, RecordedEvent),
        (client.SlipToAskAbout, ReceiptWarning),
    ):
        assert tuple(theirs.__annotations__) == ours.__struct_fields__


def test_nothing_that_is_installed_to_run_folkmoot_imports_the_client():
    importing = re.compile(r"^(from api\.client import|from api import client|import api\.client)", re.MULTILINE)
    for folder in ("api", "domain", "projections", "scripts"):
        for path in (ROOT / folder).rglob("*.py"):
            assert not importing.search(path.read_text("utf-8")), path


def test_every_example_in_python_calls_the_client_by_a_name_it_has():
    calls = {client.Reading: "read", client.Recording: "record", client.Beginning: "begin", client.Arranging: "arrange"}
    for operation in shown_operations(described()):
        call = ast.parse(operation.python, mode="eval").body
        assert isinstance(call, ast.Call)
        kind = getattr(client, call.args[0].value.id)
        assert call.args[0].attr in kind.__members__, operation.name
        assert call.func.attr == calls[kind], operation.name
        for argument in call.args[1:]:
            ast.literal_eval(argument)
        names = {keyword.arg for keyword in call.keywords}
        in_path = set(re.findall(r"\{(\w+)\}", operation.path))
        assert in_path <= names, operation.name


def test_an_operation_without_an_example_yet_is_shown_with_the_names_of_its_parameters():
    """So `folkmoot reference --examples` can record the first one of an operation that is new."""
    document = json.loads(json.dumps(described()))
    new = document["paths"]["/v1/partnerships/{partnership_id}/trust"]["get"]
    for parameter in new["parameters"]:
        parameter.pop("example", None)
    del new["responses"]["200"]["content"]["application/json"]["example"]
    (operation,) = [each for each in shown_operations(document) if each.name == "read-trust"]
    assert "/v1/partnerships/{partnership_id}/trust'" in operation.curl
    assert (operation.python, operation.answered) == ("folkmoot.read(Reading.READ_TRUST)", "")
