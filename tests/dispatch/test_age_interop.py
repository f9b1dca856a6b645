"""The age of others opens what we encrypt, and we open what it encrypts.

npm's age-encryption is by the author of age and stands on other cryptography (noble, JavaScript).
"""

import json
import subprocess
from base64 import b64decode, b64encode
from pathlib import Path

from comity.dispatch import age
from comity.dispatch.recipient import Identity
from tests.dispatch.support import OURS, THEIRS
from tests.record.support import randomness

SCRIPT = """
import * as age from "age-encryption";
import { readFileSync } from "node:fs";
const input = JSON.parse(readFileSync(0, "utf-8"));
const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));
const text = (raw) => Buffer.from(raw).toString("base64");
const decrypter = new age.Decrypter();
decrypter.addIdentity(input.identity);
const opened = [];
for (const file of input.files) opened.push(text(await decrypter.decrypt(bytes(file))));
const encrypter = new age.Encrypter();
for (const recipient of input.recipients) encrypter.addRecipient(recipient);
const files = [];
for (const plain of input.plains) files.push(text(await encrypter.encrypt(bytes(plain))));
const identity = await age.generateHybridIdentity();
console.log(JSON.stringify({
  opened, files, identity,
  recipient: await age.identityToRecipient(identity),
  ours: await age.identityToRecipient(input.identity),
}));
"""
PLAINS = [b"", b"attack at dawn", b"x" * age.CHUNK, b"y" * (age.CHUNK + 1)]


def test_files_are_opened_in_both_directions(age_encryption: Path) -> None:
    (age_encryption / "both.mjs").write_text(SCRIPT, "utf-8")
    both = [OURS.recipient, THEIRS.recipient]
    question = {
        "identity": THEIRS.secret_text(),
        "recipients": [str(recipient) for recipient in both],
        "files": [b64encode(age.encrypt(p, both, randomness())).decode() for p in PLAINS],
        "plains": [b64encode(plain).decode() for plain in PLAINS],
    }
    done = subprocess.run(
        ["node", "both.mjs"],
        input=json.dumps(question),
        cwd=age_encryption,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)

    assert [b64decode(text) for text in answer["opened"]] == PLAINS
    files = [b64decode(text) for text in answer["files"]]
    assert [age.decrypt(file, OURS) for file in files] == PLAINS
    assert [age.decrypt(file, THEIRS) for file in files] == PLAINS
    assert answer["ours"] == str(THEIRS.recipient)
    assert answer["recipient"] == str(Identity.parse(answer["identity"]).recipient)
