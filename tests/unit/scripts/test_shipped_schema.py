"""The schema files that are shipped."""

from scripts.support import database_schema as schema


def test_every_schema_file_of_the_house_is_taken_once_in_the_order_of_the_numbers():
    shipped = list(schema.shipped_schema())
    for part, folder in schema._PARTS.items():
        versions = [version for name, version in shipped if name == part]
        assert versions == sorted(set(versions)), part
        assert versions[0] == 1
        assert len(versions) == len(list(folder.glob("*.sql"))), part
