"""Projections declared for a test, to be stored."""

from projections.declaration import projection


def declare_stored(name, row, handles=()):
    return projection(
        name=name, version=1, row=row, key=(), handles=handles, ignores_rest="", question="", stored="for a test"
    )(lambda *_: [])
