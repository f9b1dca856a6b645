"""Writing to the record as a person: the roles of the record decide at that moment."""

import datetime as dt
import secrets
from uuid import uuid4

import pytest
from msgspec import structs

from comity.access.roles import Act, Actor, Role
from comity.actions.incidents import state_facts
from comity.actions.ledger import Acting
from comity.actions.people import grant
from comity.assess.facts import Claim
from comity.errors import BadInput, Refused
from comity.knowledge.load.packs import shipped
from comity.record.payload import Incident, Statement, decode, encode
from comity.record.store import Record
from tests.actions.twins import InMemory

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
OWNER = Actor("8a0d4c1e", "Owner", frozenset({Role.DUTY_OFFICER}), second_factor=True)
STRANGER = Actor("11111111", "Stranger", frozenset({Role.DUTY_OFFICER}), second_factor=True)


@pytest.fixture
def record(tmp_path):
    with Record(tmp_path, clock=lambda: NOW, randomness=secrets.token_bytes) as record:
        give(record, OWNER, Role.DUTY_OFFICER)
        yield record


def give(record, actor, role, *, granted=True):
    return grant(
        record, account=actor.account, name=actor.name, role=role, granted=granted,
        reason="a test", by="operator (local)", at=NOW,
    )  # fmt: skip


def opening(key):
    return encode(Incident(at=NOW, by="Owner", incident=key, title="An incident"))


def test_the_owner_writes_and_reads_it_at_once(record):
    tables, key = InMemory(), str(uuid4())
    Acting(record, tables, OWNER, Act.OPEN_INCIDENT).append([opening(key)])
    assert tables.has_incident(key)
    assert tables.size == record.size()


def test_roles_that_somebody_claims_to_hold_count_for_nothing(record):
    before = record.size()
    with pytest.raises(Refused, match="open an incident"):
        Acting(record, InMemory(), STRANGER, Act.OPEN_INCIDENT).append([opening("a")])
    assert record.size() == before


def test_a_role_that_was_taken_away_a_moment_ago_does_not_help(record):
    tables = InMemory()
    tables.catch_up(record)
    give(record, OWNER, Role.DUTY_OFFICER, granted=False)  # another process
    with pytest.raises(Refused):
        Acting(record, tables, OWNER, Act.OPEN_INCIDENT).append([opening("a")])


def test_a_token_writes_within_its_scopes_and_with_the_roles_of_that_moment(record):
    scoped = structs.replace(OWNER, scopes=frozenset({Act.OPEN_INCIDENT}), roles=frozenset())
    Acting(record, InMemory(), scoped, Act.OPEN_INCIDENT).append([opening(str(uuid4()))])
    with pytest.raises(Refused, match="not made to assess"):
        Acting(record, InMemory(), scoped, Act.ASSESS).append([opening(str(uuid4()))])


def test_nothing_is_filed_under_an_incident_that_was_never_opened(record):
    with pytest.raises(Refused, match="no such incident"):
        Acting(record, InMemory(), OWNER, Act.ASSESS, str(uuid4())).append([opening("a")])


def test_another_writer_waits_while_somebody_decides(record, tmp_path):
    """The lock is held from before the roles are read until the entry is signed."""
    seen = []

    class Watching(InMemory):
        def roles(self, account):
            with (
                Record(
                    tmp_path, clock=lambda: NOW, randomness=secrets.token_bytes, lock_limit=0.1
                ) as other,
                pytest.raises(Exception, match="writing"),
            ):
                other.append([opening("b")])
            seen.append(account)
            return super().roles(account)

    Acting(record, Watching(), OWNER, Act.OPEN_INCIDENT).append([opening("a")])
    assert seen == [OWNER.account]


def test_a_block_of_exclusive_use_does_not_nest(record):
    with (
        record.exclusively(),
        pytest.raises(RuntimeError, match="held already"),
        record.exclusively(),
    ):
        pass
    record.append([opening("a")])  # and the lock was given back


def test_a_role_without_a_reason_is_refused(record):
    with pytest.raises(BadInput, match="Say why"):
        grant(
            record, account="x", name="X", role=Role.LEGAL, granted=True, reason=" ",
            by="operator (local)", at=NOW,
        )  # fmt: skip


def claim(name, value):
    return Claim(name=name, value=value, said_by="Owner", said_at=NOW, source="call at ten")


def test_facts_are_kept_as_a_sheet_that_people_can_read(record):
    features = shipped().features
    index = state_facts(
        record, [claim("data.personal", value=True)], features, incident="a", by="Owner", at=NOW
    )
    payload = decode(next(record.entries(index)).payload)
    assert isinstance(payload, Statement)
    assert b'name = "data.personal"' in record.blob(payload.blobs[0])


def test_a_fact_that_its_feature_cannot_take_is_refused_and_nothing_recorded(record):
    before = record.size()
    with pytest.raises(BadInput, match="true or false"):
        state_facts(
            record, [claim("data.personal", "perhaps")], shipped().features,
            incident="a", by="Owner", at=NOW,
        )  # fmt: skip
    with pytest.raises(BadInput, match="nothing to record"):
        state_facts(record, [], shipped().features, incident="a", by="Owner", at=NOW)
    assert record.size() == before
