"""Roles in force follow from the entries alone: whatever was given and taken away, in whatever order."""

from datetime import timedelta

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.access.accounts import AccountKind, close_account, create_account
from api.access.grants import GrantHand, entries_after, give_role, grants_in_force, grants_of, take_away
from api.access.reach import EVERYWHERE
from api.access.tampering import forged_access, remark_access
from api.access.user_roles import UserRole
from domain.vault import Vault, WrappingKey

WHY = GrantHand(why="for a test")
steps = st.lists(
    st.one_of(
        st.tuples(st.just("give"), st.integers(0, 1), st.sampled_from(UserRole), st.sampled_from([None, -1, 1])),
        st.tuples(st.just("take away"), st.integers(0, 9)),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps, closes=st.booleans())
def test_what_is_in_force_follows_from_the_entries_alone(services, database_url, steps, closes):
    vault = services.vault
    with psycopg.connect(database_url, autocommit=True) as connection:
        last = entries_after(connection, 0, 100_000)
        before = last[-1].entry if last else 0
        accounts = [
            create_account(connection, vault, kind=AccountKind.PERSON, organisation_id=None, name="Sam")
            for _ in range(2)
        ]
        given_ids = []
        for act, *how in steps:
            if act == "give":
                who, role, days = how
                until_at = None if days is None else services.now() + timedelta(days=days)
                given_ids.append(
                    give_role(
                        connection,
                        vault,
                        account_id=accounts[who],
                        role=role,
                        reach=EVERYWHERE,
                        until_at=until_at,
                        by=WHY,
                    )
                )
            elif how[0] < len(given_ids):
                take_away(connection, vault, given_ids[how[0]], WHY)
        if closes:
            close_account(connection, vault, accounts[0])
        entries = entries_after(connection, before, 100_000)
        for account_id in accounts:
            taken = {each.grant.grant_id for each in entries if each.act == "taken-away"}
            by_entries = [
                each.grant.grant_id
                for each in entries
                if each.act == "given"
                and each.grant.account_id == account_id
                and each.grant.grant_id not in taken
                and (each.grant.until_at is None or each.grant.until_at > services.now())
            ]
            is_closed = closes and account_id == accounts[0]
            held = [each.grant_id for each in grants_in_force(connection, account_id)]
            assert held == ([] if is_closed else by_entries)
            assert len(grants_of(connection, account_id)) == sum(
                each.act == "given" and each.grant.account_id == account_id for each in entries
            )
        assert [each.entry for each in entries] == list(range(before + 1, before + len(entries) + 1))
        assert forged_access(connection, vault) == []


def test_marks_are_made_anew_under_a_new_wrapping_key(services, database_url, wrapping_key):
    both = Vault(WrappingKey.generate(), wrapping_key)
    with psycopg.connect(database_url, autocommit=True) as connection:
        account_id = create_account(
            connection, services.vault, kind=AccountKind.SERVICE, organisation_id=None, name="CRM"
        )
        give_role(connection, services.vault, account_id=account_id, role=UserRole.OPERATOR, reach=EVERYWHERE, by=WHY)
        assert forged_access(connection, both) == []
        remark_access(connection, both)
        assert forged_access(connection, both) == []
        assert [each.where for each in forged_access(connection, services.vault)] == [
            f"account {account_id}",
            "entry on roles 1",
        ]
