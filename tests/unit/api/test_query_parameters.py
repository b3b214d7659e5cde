"""Parameters of a query: null is a value of none."""

import msgspec
import pytest

from api.http.problems import Problem
from api.http.validation import read_query
from api.resources import OPERATIONS


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_null_is_no_value_of_any_parameter(operation):
    for field in msgspec.structs.fields(operation.query):
        for text in ("null", "NULL"):
            with pytest.raises(Problem) as refused:
                read_query([(field.encode_name, text)], operation.query)
            assert (refused.value.code, refused.value.status) == ("invalid-query", 400)
            assert field.encode_name in [each.parameter for each in refused.value.errors]
