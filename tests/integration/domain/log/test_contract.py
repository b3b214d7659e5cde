"""The library's own contract for recorders holds for ours."""

from eventsourcing.dcb.tests import DCBRecorderTestCase

contract = DCBRecorderTestCase()
del DCBRecorderTestCase  # the case is abstract: pytest must not collect it


def test_append_and_read_keep_the_librarys_contract(log):
    contract._test_append_read(log)


def test_append_and_subscribe_keep_the_librarys_contract(log):
    contract._test_append_subscribe(log)
