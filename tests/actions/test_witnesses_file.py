"""The operator's file of witnesses."""

import pytest

from comity.actions.witnesses_file import MOST, read_witnesses
from comity.errors import BadInput
from comity.record.checkpoint import LogKeys
from comity.record.cosignature import CosignerPair, WitnessKeys
from comity.record.keys import KeyPair
from comity.record.policy import weak
from tests.record.support import randomness

OWN_LOG, A_LOG = (KeyPair.generate(randomness(seed)).keys for seed in (60, 61))
OWN, A, B = (CosignerPair.generate(randomness(seed)).keys for seed in (62, 63, 64))


def log(name: str, keys: LogKeys) -> str:
    return f'[[log]]\nname = "{name}"\nvkeys = {list(keys.vkeys)}\n'


def witness(name: str, keys: WitnessKeys, url: str = "https://a.example/witness/") -> str:
    return f'[[witness]]\nname = "{name}"\nurl = "{url}"\nvkeys = {list(keys.vkeys)}\n'


def test_the_file_names_logs_witnesses_and_how_many_are_enough() -> None:
    text = (
        "quorum = 2\nmonitors = true\n" + log("France", A_LOG) + witness("A", A) + witness("B", B)
    )
    found = read_witnesses(text.encode(), OWN_LOG, OWN)
    assert found.logs == {A_LOG.origin: A_LOG}
    assert found.names == {A_LOG.origin: "France"}
    assert [(one.title, one.url, one.keys) for one in found.witnesses] == [
        ("A", "https://a.example/witness", A),
        ("B", "https://a.example/witness", B),
    ]
    assert found.monitors
    policy = found.policy(OWN_LOG)
    assert (policy.logs, policy.witnesses) == ((OWN_LOG,), (A, B))
    assert "counts 2 of at least four" in weak(policy)[0]


def test_an_empty_file_sets_nothing_up() -> None:
    found = read_witnesses(b"", None, None)
    assert (found.logs, found.witnesses, found.quorum, found.monitors) == ({}, (), 0, False)
    assert found.policy(OWN_LOG).quorum is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("nonsense", "witnesses.toml cannot be read"),
        ("quorum = 0", "cannot be read"),
        ("peer = 1", "cannot be read"),
        ("monitors = 1", "cannot be read"),
        (log("x", A_LOG) * (MOST + 1), "cannot be read"),
        (log("own", OWN_LOG), "the log own is this node's own"),
        (log("x", A_LOG) + log("y", A_LOG), "the log y stands in it twice"),
        ('[[log]]\nname = "x"\nvkeys = ["x"]', "witnesses.toml, x: A verifier key is written as"),
        ("quorum = 1\n" + witness("own", OWN), "this node's own, which does not count"),
        ("quorum = 1\n" + witness("x", A, "http://a.example"), "has to be an https address"),
        ("quorum = 1\n" + witness("x", A) + witness("y", A), "carry the same name"),
        ("quorum = 1\n" + witness("x", A) + witness("x", B), "two witnesses are called the same"),
        (witness("x", A), "say quorum"),
        ("quorum = 1", "say quorum"),
        ("quorum = 2\n" + witness("x", A), "2 of 1 witnesses can never cosign"),
        (
            'quorum = 1\n[[witness]]\nname = "x"\nurl = "https://a.example"\nvkeys = []',
            "witnesses.toml, x: A witness is known by exactly two verifier keys.",
        ),
    ],
)
def test_each_wrong_file_has_its_sentence(text: str, sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_witnesses(text.encode(), OWN_LOG, OWN)
    assert sentence in str(caught.value)
