"""The schema files that are shipped."""

from scripts.support import database_schema as schema


def test_every_schema_file_of_the_house_is_taken_by_the_number_after_the_one_before_it():
    shipped = list(schema.shipped_schema())
    for part, folder in schema._PARTS.items():
        files = list(folder.glob("*.sql"))
        assert [version for name, version in shipped if name == part] == list(range(1, len(files) + 1)), part
