"""The node as a witness, and its own log for monitors: no token, and no word of any entry."""

from hashlib import sha256

import pytest

from comity.access.roles import Role
from comity.actions.witnesses import Listed
from comity.errors import Unavailable
from comity.node import witnesses
from comity.node.services import open_record
from comity.record import checkpoint, merkle, tiles
from comity.record.cosignature import FILE_NAME, CosignerPair, verify_cosigned
from comity.record.evidence import check_fork
from comity.record.keys import KeyFile
from comity.record.note import parse
from comity.record.policy import k_of_n
from comity.record.proof import check
from comity.record.witness import MAX_REQUEST, Request
from comity.record.witness_state import WitnessState
from tests.actions.test_witnesses import Web, forked, keys_of, record_in_memory
from tests.api.asking import ask
from tests.node_cast import account, browser
from tests.record.support import randomness

PAIRS = [CosignerPair.generate(randomness(seed)) for seed in (40, 41)]


def toml(*, logs=(), asked=(), **more):
    lines = [f"{name} = {value}" for name, value in more.items()]
    for name, keys in logs:
        lines += ["[[log]]", f'name = "{name}"', f"vkeys = {list(keys.vkeys)}"]
    for one in asked:
        lines += ["[[witness]]", f'name = "{one.title}"', f'url = "{one.url}"',
                  f"vkeys = {list(one.keys.vkeys)}"]  # fmt: skip
    return "\n".join(lines)


@pytest.fixture
def other():
    """A log of somebody else."""
    record = record_in_memory(30)
    record.append([b"second"])
    return record


@pytest.fixture
def pair(home, other):
    """This node as a witness of that log."""
    (home / "witnesses.toml").write_text(toml(logs=[("Estonia", keys_of(other))]))
    WitnessState.make(home / "witness")
    return KeyFile(home / "keys" / FILE_NAME, CosignerPair, randomness(31)).create()


def request(record, old):
    body = record.checkpoint()
    size = checkpoint.parse(parse(body).text).size
    return bytes(Request(old, record.prove_consistency(old, size), body))


def add(raw, **environ):
    return ask("POST", "/witness/add-checkpoint", raw=raw, **environ)


def of(record, what):
    digest = sha256(keys_of(record).origin.encode()).hexdigest()
    return ask("GET", f"/witness/{digest}/{what}")


def test_a_node_cosigns_the_log_that_its_operator_named(pair, other):
    reply = add(request(other, 0))
    assert reply.status == 200
    cosigned = other.checkpoint() + reply.body
    (found,) = verify_cosigned(cosigned, keys_of(other), [pair.keys]).cosigned
    assert found.timestamp > 1_700_000_000
    other.append([b"third"])
    conflict = add(request(other, 0))
    assert (conflict.status, conflict.headers["content-type"]) == (409, "text/x.tlog.size")
    assert conflict.body == b"2\n"
    assert add(request(other, 2)).status == 200
    shown = of(other, "checkpoint")
    assert verify_cosigned(shown.body, keys_of(other), [pair.keys]).signed.checkpoint.size == 3
    assert of(other, "fork").status == 404


def test_a_fork_is_shown_to_everybody_and_to_the_people_of_the_node(pair, other, home):
    add(request(other, 0))
    assert add(request(forked(other, b"other", b"history"), 2)).status == 409
    shown = of(other, "fork")
    assert shown.status == 200
    assert len(check_fork(shown.body, keys_of(other))) == 2
    page = browser(account("Analyst", Role.ANALYST)).get("/record/").content.decode()
    assert "two histories" in page
    assert "Estonia" in page


def test_unknown_logs_and_addresses_are_not_found(pair, other):
    stranger = record_in_memory(33)
    assert add(request(stranger, 0)).status == 404
    assert of(stranger, "checkpoint").status == 404
    assert of(other, "checkpoint").status == 404  # nothing cosigned yet
    for path in ("/witness/", "/witness/x/checkpoint", "/log/checkpoint", "/log/tile/0/000"):
        assert ask("GET", path).status == 404


def test_a_strangers_request_opens_no_database(pair, home, other):
    (home / "witness" / "witness.db").write_bytes(b"no database")
    assert add(request(record_in_memory(33), 0)).status == 404
    assert add(request(other, 0)).status == 503


def test_a_witness_that_lost_its_state_cosigns_nothing(pair, other, home, caplog):
    (home / "witness" / "witness.db").unlink()
    assert add(request(other, 0)).status == 503
    assert "cosign what it forgot a second time" in caplog.text
    assert "cosign what it forgot a second time" in str(witnesses.fault())
    assert not (home / "witness" / "witness.db").exists()


def test_what_is_too_large_or_asked_the_wrong_way_is_refused(pair):
    assert add(b"x" * (MAX_REQUEST + 1)).status == 413
    assert add(b"nonsense").status == 400
    assert ask("GET", "/witness/add-checkpoint").status == 405
    assert ask("POST", "/log/checkpoint").status == 405
    assert add(b"old 0\n\n", HTTP_HOST="elsewhere.example").status == 400


def test_a_node_that_was_not_set_up_answers_nothing(home, other):
    KeyFile(home / "keys" / FILE_NAME, CosignerPair, randomness(31)).create()
    assert add(request(other, 0)).status == 404
    assert of(other, "checkpoint").status == 404
    assert ask("GET", "/log/checkpoint").status == 404
    assert witnesses.ask(Web()) is None
    assert witnesses.standings() is None


def test_without_keys_of_a_witness_nothing_is_cosigned_and_the_page_says_so(pair, other, home):
    (home / "keys" / FILE_NAME).unlink()
    witnesses._key_file.cache_clear()
    assert add(request(other, 0)).status == 404
    assert "comity witness keys" in str(witnesses.fault())


def test_a_wrong_file_is_not_told_to_strangers(home, other):
    (home / "witnesses.toml").write_text("secret = 1")
    reply = add(request(other, 0))
    assert reply.status == 503
    assert b"secret" not in reply.body
    assert "secret" in str(witnesses.fault())
    assert "secret" in str(witnesses.standings())


@pytest.fixture
def full(incident, home):
    """A record with an incident in it, open to monitors."""
    (home / "witnesses.toml").write_text(toml(monitors="true"))
    with open_record() as record:
        yield record


def test_a_monitor_rebuilds_the_tree_from_the_tiles(full):
    keys, size = keys_of(full), full.size()
    head = checkpoint.verify(ask("GET", "/log/checkpoint").body, keys).checkpoint
    assert head.size == size
    bundle = ask("GET", f"/log/{tiles.Tile(None, 0, size).path}")
    entries = tiles.decode_bundle(bundle.body)
    leaves = b"".join(merkle.leaf_hash(entry) for entry in entries)
    assert ask("GET", f"/log/{tiles.Tile(0, 0, size).path}").body == leaves
    hasher = merkle.RootHasher()
    for entry in entries:
        hasher.add(merkle.leaf_hash(entry))
    assert hasher.root() == head.root
    assert ask("GET", f"/log/{tiles.Tile(0, 0, 1).path}").body == leaves[:32]


def test_an_entry_leaves_as_a_commitment_alone(full):
    bundle = ask("GET", f"/log/{tiles.Tile(None, 0, full.size()).path}").body
    for entry in tiles.decode_bundle(bundle):
        assert entry.startswith(b"comity-entry/v1\n")
        assert len(entry) == len(b"comity-entry/v1\n") + 32


@pytest.mark.parametrize(
    "path", ["tile/0/000", "tile/0/001", "tile/1/000.p/1", "tile/entries/000.p/255", "tile/x",
             "tile/0/000.p/0", "../record/log.db", "log.db"],
)  # fmt: skip
def test_a_tile_that_is_not_signed_yet_or_is_none_is_not_found(full, path):
    assert ask("GET", f"/log/{path}").status == 404


def asked(web, record, home, **more):
    """This node asks two witnesses of a network in memory."""
    listed = []
    for name, pair in zip("AB", PAIRS, strict=True):
        url = f"https://{name.lower()}.example/witness"
        web.add(url, pair, [record])
        listed.append(Listed(name, url, pair.keys))
    (home / "witnesses.toml").write_text(toml(quorum=2, asked=listed, **more))
    return listed


def met(web):
    made = witnesses.ask(web)
    return made and made.met


def test_the_record_is_cosigned_and_its_proofs_and_page_say_so(record, owner, incident, home):
    web = Web()
    asked(web, record, home, monitors="true")
    assert b"unwitnessed" in owner.get("/record/").content
    web.lost.add("https://b.example/witness")
    assert met(web) is False
    page = owner.get("/record/").content.decode()
    assert "unwitnessed" in page
    assert "The witness does not answer." in page
    web.lost.clear()
    assert met(web) is True
    page = owner.get("/record/").content.decode()
    assert "weakly witnessed" in page
    assert f"They cosigned the first {record.size()} entries." in page
    policy = k_of_n([keys_of(record)], [pair.keys for pair in PAIRS], 2)
    assert check(owner.get("/record/0/proof").content, policy=policy).enough
    # Monitors get the cosignatures too, as long as they are of the last checkpoint.
    public = verify_cosigned(
        ask("GET", "/log/checkpoint").body, keys_of(record), [pair.keys for pair in PAIRS]
    )
    assert len(public.cosigned) == 2
    record.append([b'{"kind":"x"}'])
    assert (
        verify_cosigned(
            ask("GET", "/log/checkpoint").body, keys_of(record), [pair.keys for pair in PAIRS]
        ).cosigned
        == ()
    )


def test_a_restored_node_is_stopped_at_its_start_and_says_so(record, owner, incident, home):
    administrator = browser(account("Administrator", Role.ADMINISTRATOR))
    web = Web()
    (first, _) = asked(web, record, home)
    twin = forked(record, *[b"other"] * record.size(), b"ahead")
    web.shows[first.url] = twin.checkpoint() or b""
    assert "restored from an older copy" in str(witnesses.look(web))
    with pytest.raises(Unavailable):
        record.append([b'{"kind":"x"}'])
    assert "Nothing more is written" in owner.get("/record/").content.decode()
    assert "nothing is written" in administrator.get("/administration/").content.decode()


def test_asking_goes_on_after_a_fault_and_ends_when_told(record, owner, incident, home, caplog):
    (home / "witnesses.toml").write_text("nonsense")
    told = iter([False, False, True])
    witnesses.keep_asking(lambda: next(told), 0)
    assert caplog.text.count("witnesses.toml cannot be read") == 1
