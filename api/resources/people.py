"""People: registered under a reference that says nothing, and forgotten for good."""

from api.recording import recording
from domain.decisions.registries import FindPeopleSame, RegisterPerson
from domain.decisions.stewardship import ForgetPerson

OPERATIONS = (
    recording("/v1/people", RegisterPerson, tag="People"),
    recording("/v1/people-found-same", FindPeopleSame, tag="People"),
    recording("/v1/erasures", ForgetPerson, tag="People"),
)
