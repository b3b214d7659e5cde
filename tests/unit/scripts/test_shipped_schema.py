"""The schema files that are shipped."""

from scripts.support.schema_files import PARTS, SchemaStage, shipped_schema


def test_every_schema_file_of_the_house_is_taken_once_in_the_order_of_the_numbers():
    shipped = list(shipped_schema())
    for part, folder in PARTS.items():
        versions = [version for name, version in shipped if name == part]
        assert sorted(versions) == sorted(set(versions)), part
        assert versions[0] == 1
        assert len(versions) == len(list(folder.glob("*.sql"))), part


def test_what_only_adds_comes_in_the_order_of_the_numbers_and_what_ends_something_after_all_of_it():
    stages = [file.stage for file in shipped_schema().values()]
    assert stages == sorted(stages, key=[SchemaStage.PRE, SchemaStage.POST].index)
    for part in PARTS:
        numbers = [file.number for file in shipped_schema().values() if (file.part, file.stage) == (part, "pre")]
        assert numbers == sorted(numbers)
