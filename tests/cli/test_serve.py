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


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[ministry", "sign-on.toml cannot be read"),
        (OIDC.replace("https:", "http:"), "ministry: the issuer has to be an https address"),
        (OIDC, "ministry: there is no client secret in the variable COMITY_NOT_SET"),
    ],
)
def test_a_fault_in_the_sign_on_file_is_said_and_the_node_serves(tmp_path, text, says):
    (tmp_path / "sign-on.toml").write_text(text)
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
        assert said.endswith("Passwords and passkeys work all the same.\n")
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate()
