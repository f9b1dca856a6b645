"""The key ceremony on the command line: what a ministry's staff types, and what can go wrong."""

import io
import json
import shlex
import stat
import sys
from pathlib import Path

import pytest

from comity.cli import main as cli
from comity.identity.ceremony import holder_file, read_holder
from comity.identity.document import parse
from comity.identity.holders import Holder
from comity.identity.locked import lock_pair, unlock_pair
from comity.identity.root import fingerprint, read_root, trusted_chain
from tests.identity.support import (
    CSIRT,
    DESK,
    LEGAL,
    NEWCOMER,
    OFFICES,
    RECIPIENT,
    draft,
    one_person,
    pair,
    signed,
    three,
)
from tests.record.support import randomness

NODE = "what opens the node's keys"
HOLDER = "what opens a holder's keys"
SECRETS = (NODE, HOLDER, *(pair(n).ed25519.private_bytes_raw().hex() for n in range(6)))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The holders' key files, and the files with their public keys."""
    folder = tmp_path_factory.mktemp("holders")
    for number in (DESK, LEGAL, CSIRT, NEWCOMER):
        locked = lock_pair(pair(number), HOLDER.encode(), randomness(number))
        (folder / f"{number}.pem").write_bytes(locked)
    for number, holder in enumerate(three()):
        (folder / f"{number}.public.json").write_bytes(holder_file(holder))
    (folder / "director.public.json").write_bytes(holder_file(one_person()[0]))
    return folder


class Person:
    """Types commands in a folder; keeps all that was ever shown."""

    def __init__(
        self, desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.desk, self._patch, self._capsys = desk, monkeypatch, capsys
        self.shown = ""

    def __call__(self, *words: str, stdin: str = "") -> tuple[int, str, str]:
        self._patch.setattr(sys, "stdin", io.StringIO(stdin))
        code = cli.main(["identity", *words])
        out, err = self._capsys.readouterr()
        self.shown += out + err
        return code, out, err

    def init(self, *more: str) -> tuple[int, str, str]:
        holders = [w for n in (0, 1, 2) for w in ("--holder", str(self.desk / f"{n}.public.json"))]
        fields = (
            "--name", "fr=Ministère", "--kind", "state", "--inbox", "https://a.example/in",
            "--did-web", "did:web:a.example", "--recipient", RECIPIENT,
        )  # fmt: skip
        return self("init", *fields, *holders, *more, stdin=f"{NODE}\n")

    def sign(self, number: int, file: str = "root.json") -> tuple[int, str, str]:
        key = str(self.desk / f"{number}.pem")
        return self("sign", file, "--key", key, "--yes", stdin=f"{HOLDER}\n")

    def adopted(self, *numbers: int) -> None:
        """Have the draft signed elsewhere, and adopted; put it away."""
        Path("root.json").write_bytes(signed(Path("root.json").read_bytes(), *numbers))
        assert self("adopt", "root.json")[0] == 0
        Path("root.json").unlink()


@pytest.fixture
def person(
    desk: Path,
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Person:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COMITY_KEY_COMMAND", raising=False)
    return Person(desk, monkeypatch, capsys)


def test_three_people_make_rotate_and_hand_out_an_identity(person: Person, home: Path) -> None:
    code, out, err = person.init()
    assert code == 0
    assert "Draft of version 1: root.json" in out
    assert all(f"{office}: " in err for office in OFFICES)  # with what they read aloud
    number = fingerprint(Path("root.json").read_bytes())
    assert number in out
    Path("copy.json").write_bytes(Path("root.json").read_bytes())

    assert "has 2 of the 4 signatures" in person.sign(DESK)[1]
    assert "without a valid signature of: Legal adviser" in person("adopt", "root.json")[2]
    person.sign(LEGAL, "copy.json")
    code, out, _ = person("adopt", "root.json", "copy.json")
    assert code == 0
    assert f"Fingerprint: {number}" in out
    Path("root.json").unlink()

    code, out, _ = person("rotate", stdin=f"{NODE}\n")
    assert "Draft of version 2" in out
    assert "has 2 of the 4 signatures" in person.sign(CSIRT)[1]
    person.adopted(LEGAL)
    code, out, _ = person("revoke", "--holder", OFFICES[DESK], stdin=f"{NODE}\n")
    assert f"Holders: {OFFICES[LEGAL]}, {OFFICES[CSIRT]}\n" in out
    person.adopted(LEGAL, CSIRT)

    code, out, _ = person("export", "--out", "for-partners")
    assert number in out
    files = sorted(path.name for path in Path("for-partners").iterdir())
    assert files == ["1.root.json", "2.root.json", "3.root.json", "did.json"]
    chain = [Path("for-partners", name).read_bytes() for name in files[:3]]
    assert trusted_chain(chain).holders == three()[1:]
    first, second, third = (parse(data).root.online for data in chain)
    assert first != second == third
    assert stat.S_IMODE((home / "identity").stat().st_mode) == 0o700
    kept = list((home / "identity").rglob("*"))
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in kept if path.is_file())
    assert not any(secret in person.shown for secret in SECRETS)
    on_disk = b"".join(path.read_bytes() for path in kept if path.is_file())
    assert b"PRIVATE KEY" not in on_disk
    assert not any(secret.encode() in on_disk for secret in SECRETS)


def test_what_is_shown_says_what_is_signed_and_what_is_not_proven(person: Person) -> None:
    person.init()
    person.sign(DESK)
    code, out, _ = person("show", "root.json")
    assert code == 0
    assert "2 of the 4 signatures that it needs - NOT valid yet" in out
    assert f"{OFFICES[DESK]}: 2 of 2" in out
    assert f"{OFFICES[LEGAL]}: 0 of 2" in out
    assert "asserted, not proven" in out
    value = json.loads(person("show", "root.json", "--json")[1])
    assert (value["version"], value["signed"], value["threshold"]) == (1, 2, 4)
    assert value["reached"] is False
    assert value["fingerprint"] == fingerprint(Path("root.json").read_bytes())
    assert value["holders"][0]["kids"] == list(pair(DESK).public.kids)
    assert value["recipient"] == RECIPIENT


def test_a_draft_is_shown_beside_the_version_before(person: Person) -> None:
    person.init()
    person.adopted(DESK, LEGAL)
    person("rotate", "--inbox", "none", "--name", "en=Ministry", stdin=f"{NODE}\n")
    shown = person("show", "root.json")[1]
    assert "0 of the 4 of version 1 - does NOT follow it yet" in shown
    assert "none: this node only fetches" in shown
    value = json.loads(person("show", "root.json", "--json")[1])
    assert value["names"] == {"en": "Ministry", "fr": "Ministère"}
    assert value["signed_by_version_before"] == 0
    assert value["online_kids"] == json.loads(person("show", "--json")[1])["online_kids"]
    assert value["fingerprint"] == json.loads(person("show", "--json")[1])["fingerprint"]


def test_a_holder_is_replaced_under_the_same_office(person: Person, tmp_path: Path) -> None:
    person.init()
    person.adopted(DESK, LEGAL)
    public = pair(NEWCOMER).public
    (tmp_path / "new.json").write_bytes(holder_file(Holder(OFFICES[CSIRT], (public,))))
    person("rotate", "--online", "--holder", "new.json", stdin=f"{NODE}\n")
    _, _, err = person.sign(CSIRT)
    assert "counts only if it is one of the version before" in err
    person.adopted(DESK, LEGAL)
    assert json.loads(person("show", "--json")[1])["holders"][2]["kids"] == list(public.kids)


def test_keys_that_others_know_are_revoked(person: Person) -> None:
    person.init()
    person.adopted(DESK, LEGAL)
    before = json.loads(person("show", "--json")[1])["online_kids"]
    assert person("revoke", "--online", stdin=f"{NODE}\n")[0] == 0
    person.adopted(DESK, CSIRT)
    assert set(before).isdisjoint(json.loads(person("show", "--json")[1])["online_kids"])


def test_one_person_holds_the_keys_of_a_small_node(person: Person) -> None:
    answers = (
        f"en=Help for victims\ncivil-society\nnone\nnone\n{person.desk}/director.public.json\n"
    )
    code, _, err = person("init", "--recipient", RECIPIENT, stdin=answers + f"{NODE}\n")
    assert code == 0
    assert "Where dispatches are put" in err
    person.sign(DESK)
    assert "has 4 of the 3 signatures" in person.sign(LEGAL)[1]
    assert person("adopt", "root.json")[0] == 0


def test_a_holder_makes_keys_that_only_the_passphrase_opens(person: Person) -> None:
    code, _, err = person(
        "holder", "--name", OFFICES[DESK], "--pairs", "2", "--out", "stick", stdin=f"{HOLDER}\n"
    )
    assert (code, err) == (0, "")
    holder = read_holder(Path("stick/holder.public.json").read_bytes())
    assert holder.name == OFFICES[DESK]
    files = (Path("stick/holder-1.pem"), Path("stick/holder-2.pem"))
    opened = tuple(unlock_pair(file.read_bytes(), HOLDER.encode()).public for file in files)
    assert opened == holder.pairs
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)
    assert HOLDER not in person.shown
    code, _, err = person("holder", "--name", "x", "--out", "stick", stdin=f"{HOLDER}\n")
    assert code == 2
    assert "holder-1.pem is there already" in err


def test_keys_that_are_gone_are_replaced_under_a_new_passphrase(
    person: Person, home: Path, tmp_path: Path
) -> None:
    person.init()
    person.adopted(DESK, LEGAL)
    (home / "identity" / "keys").rename(tmp_path / "lost")
    code, _, err = person("rotate", stdin="too short\n")
    assert code == 2
    assert "12 to 1024 characters" in err
    code, _, err = person("rotate", stdin="a new passphrase for the node\n")
    assert code == 0
    assert "locked with a new passphrase" in err
    person.adopted(DESK, LEGAL)
    assert person("rotate", stdin=f"{NODE}\n")[0] == 2
    assert person("rotate", stdin="a new passphrase for the node\n")[0] == 0


def test_who_adopts_a_recipient_whose_key_is_elsewhere_is_told(person: Person) -> None:
    person.init()
    Path("root.json").write_bytes(signed(Path("root.json").read_bytes(), DESK, LEGAL))
    code, out, err = person("adopt", "root.json")
    assert code == 0
    assert f"Holders: {', '.join(OFFICES)}" in out
    assert "be sure that it is kept elsewhere" in err


def test_one_recipient_is_named_and_not_two(person: Person) -> None:
    code, _, err = person("rotate", "--recipient", RECIPIENT, "--new-recipient")
    assert code == 2
    assert "give one of them" in err


def test_a_wrong_passphrase_signs_nothing_and_loses_nothing(person: Person) -> None:
    person.init()
    before = Path("root.json").read_bytes()
    key = str(person.desk / "0.pem")
    code, _, err = person("sign", "root.json", "--key", key, "--yes", stdin="not the right one\n")
    assert code == 2
    assert "does not open the key file" in err
    assert "not the right one" not in err
    assert Path("root.json").read_bytes() == before


def test_new_keys_are_never_locked_with_a_mistyped_passphrase(person: Person, home: Path) -> None:
    person.init()
    person.adopted(DESK, LEGAL)
    kept = sorted((home / "identity" / "keys").iterdir())
    code, _, err = person("rotate", stdin="not the right one\n")
    assert code == 2
    assert "does not open the key file" in err
    assert sorted((home / "identity" / "keys").iterdir()) == kept
    assert not Path("root.json").exists()


def test_who_does_not_agree_signs_nothing(person: Person) -> None:
    person.init()
    before = Path("root.json").read_bytes()
    key = str(person.desk / "0.pem")
    code, _, err = person("sign", "root.json", "--key", key, stdin=f"yes\n{HOLDER}\n")
    assert code == 1
    assert "Nothing was signed." in err
    assert OFFICES[DESK] in err
    assert Path("root.json").read_bytes() == before
    assert person("sign", "root.json", "--key", key, stdin=f"sign 1\n{HOLDER}\n")[0] == 0


def test_a_draft_that_could_not_be_written_is_made_again(person: Person) -> None:
    Path("file").write_text("where a folder should be")
    assert person.init("--out", "file/root.json")[0] == 3
    assert person.init()[0] == 0
    person.adopted(DESK, LEGAL)
    assert person("rotate", stdin=f"{NODE}\n")[0] == 0


def test_the_passphrase_may_come_from_a_command(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = shlex.join([sys.executable, "-S", "-c", f"print({NODE!r})"])
    monkeypatch.setenv("COMITY_KEY_COMMAND", command)
    holder = ("--holder", str(person.desk / "director.public.json"))
    fields = ("--name", "en=Desk", "--kind", "csirt", "--inbox", "none", "--did-web", "none")
    assert person("init", *fields, "--recipient", RECIPIENT, *holder)[0] == 0
    holders = shlex.join([sys.executable, "-S", "-c", f"print({HOLDER!r})"])
    keys = [word for n in (0, 1) for word in ("--key", str(person.desk / f"{n}.pem"))]
    assert person("sign", "root.json", *keys, "--yes", "--key-command", holders)[0] == 0
    assert person("adopt", "root.json")[0] == 0
    Path("root.json").unlink()
    monkeypatch.delenv("COMITY_KEY_COMMAND")
    assert person("rotate", stdin=f"{NODE}\n")[0] == 0
    assert not any(secret in person.shown for secret in SECRETS)


def test_a_new_recipient_is_made_and_its_seed_is_kept(person: Person, home: Path) -> None:
    holder = ("--holder", str(person.desk / "director.public.json"))
    fields = ("--name", "en=Desk", "--kind", "csirt", "--inbox", "none", "--did-web", "none")
    assert person("init", *fields, *holder, stdin=f"{NODE}\n")[0] == 0
    person.adopted(DESK, LEGAL)
    person("rotate", "--new-recipient", stdin=f"{NODE}\n")
    first = read_root((home / "identity" / "1.root.json").read_bytes()).node.recipient
    assert parse(Path("root.json").read_bytes()).root.node.recipient != first
    assert len(list((home / "identity" / "keys").glob("recipient-*.pem"))) == 2
    person.adopted(DESK, LEGAL)
    assert "kept elsewhere" not in person.shown


@pytest.mark.parametrize(
    ("words", "stdin", "sentence"),
    [
        (("show",), "", "'identity init' begins one"),
        (("rotate",), "", "'identity init' begins one"),
        (("revoke", "--online"), "", "'identity init' begins one"),
        (("export",), "", "There is no root document to begin with"),
        (("show", "nothing.json"), "", "there is no file nothing.json"),
        (("init",), "", "--name is missing"),
        (("init",), "Ministry\nstate\nnone\nnone\nd.json\n", "there is no file d.json"),
        (("init",), "en=X\nstate\nnone\nnone\n", "--holder is missing"),
        (("init",), "en=X\nstate\nnone\nnone\n'd.json\n", "--holder is not quoted well"),
        (("holder",), "", "--name is missing"),
        (("holder", "--name", "Desk"), "", "is missing on standard input"),
        (("holder", "--name", "Desk"), "short\n", "12 to 1024 characters"),
        (("holder", "--name", "Desk", "--key-command", "'x"), "", "is not quoted well"),
        (("holder", "--name", "De\tsk"), f"{HOLDER}\n", "The name of a holder is one line"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_nothing_is_written(
    person: Person, home: Path, words: tuple[str, ...], stdin: str, sentence: str
) -> None:
    code, _, err = person(*words, stdin=stdin)
    assert code == 2
    assert sentence in err
    assert list(Path().glob("*.json")) + list(Path().glob("*.pem")) == []
    assert not (home / "identity").exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (("--name", "Ministry"), "write the language first, as in 'en=Ministry'"),
        (("--inbox", "http://a.example/"), "use https"),
        (("--did-web", "a.example"), "is not written like did:web:"),
        (("--holder", "0"), "Two holders of root keys have the same name"),
    ],
)
def test_wrong_fields_are_said_before_a_passphrase_is_asked(
    person: Person, home: Path, fields: tuple[str, ...], sentence: str
) -> None:
    if fields == ("--holder", "0"):
        fields = ("--holder", str(person.desk / "0.public.json"))
    code, _, err = person.init(*fields)
    assert code == 2
    assert sentence in err
    assert not (home / "identity").exists()


def test_a_kind_that_is_none_is_said_to_be(person: Person) -> None:
    answers = f"en=X\nministry\nnone\nnone\n{person.desk}/director.public.json\n"
    code, _, err = person("init", "--recipient", RECIPIENT, stdin=answers)
    assert code == 2
    assert "'ministry' is none of state, regional-organisation" in err


def test_nothing_is_written_over(person: Person) -> None:
    person.init()
    before = Path("root.json").read_bytes()
    code, _, err = person.init()
    assert code == 2
    assert "root.json is there already" in err
    assert Path("root.json").read_bytes() == before
    person.adopted(DESK, LEGAL)
    assert "'identity rotate' makes the next" in person.init()[2]


def test_a_draft_is_adopted_only_where_its_keys_are(person: Person, tmp_path: Path) -> None:
    Path("root.json").write_bytes(signed(draft(), DESK, LEGAL))
    code, _, err = person("adopt", "root.json")
    assert code == 2
    assert "adopt it where it was drafted" in err


def test_a_draft_that_names_the_log_of_another_node_is_not_adopted(
    person: Person, home: Path, tmp_path: Path
) -> None:
    person.init()
    Path("root.json").write_bytes(signed(Path("root.json").read_bytes(), DESK, LEGAL))
    (home / "identity").rename(tmp_path / "kept")
    for folder in ("record", "keys"):
        (home / folder).rename(tmp_path / folder)
    home.joinpath("identity").mkdir(mode=0o700)
    (tmp_path / "kept" / "keys").rename(home / "identity" / "keys")
    code, _, err = person("adopt", "root.json")
    assert code == 2
    assert "names the log of another node" in err


def test_an_office_that_holds_nothing_is_not_revoked(person: Person) -> None:
    person.init()
    person.adopted(DESK, LEGAL)
    code, _, err = person("revoke", "--holder", "Nobody", stdin=f"{NODE}\n")
    assert code == 2
    assert "No holder is named Nobody" in err
