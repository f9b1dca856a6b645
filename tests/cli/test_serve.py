"""What ``comity serve`` says before it serves, and that it does so all the same."""

import os
import signal
import subprocess
import sys

import pytest

from tests.real_node import environment, free_port

OIDC = """[ministry]
kind = "oidc"
name = "Ministry"
issuer = "https://login.example.org"
client_id = "comity"
client_secret_env = "COMITY_NOT_SET"
"""


MISP = """url = "https://misp.example.org"
organisation = "Sharing community"
key_env = "COMITY_NOT_SET"
"""
SIGN_ON = ("sign-on.toml", "Passwords and passkeys work all the same.\n")


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        (SIGN_ON, "[ministry", "sign-on.toml cannot be read"),
        (SIGN_ON, OIDC.replace("https:", "http:"),
         "ministry: the issuer has to be an https address"),
        (SIGN_ON, OIDC, "ministry: there is no client secret in the variable COMITY_NOT_SET"),
        (("misp.toml", "Nothing is fetched from MISP until it is mended.\n"), MISP,
         "misp.toml: there is no key of letters and digits in the variable COMITY_NOT_SET"),
    ],
)  # fmt: skip
def test_a_fault_in_a_file_of_the_operator_is_said_and_the_node_serves(tmp_path, file, text, says):
    name, ends = file
    (tmp_path / name).write_text(text)
    process = subprocess.Popen(
        [sys.executable, "-m", "comity", "serve", "--home", str(tmp_path),
         "--url", f"http://localhost:{free_port()}"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(),
        start_new_session=True,
    )  # fmt: skip
    assert process.stdout
    assert process.stderr
    try:
        assert "/join/" in process.stdout.readline()
        process.stderr.readline()
        said = process.stderr.readline()
        assert says in said
        assert said.endswith(ends)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate()
