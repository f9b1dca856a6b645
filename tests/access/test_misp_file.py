"""Where MISP is, as an operator writes it: each fault in a sentence."""

import pytest

from comity.access.misp_file import Misp, read_misp
from comity.errors import BadInput

GOOD = """
url = "https://misp.example.org"
organisation = "Sharing community"
key_env = "COMITY_MISP_KEY"
"""


def test_a_good_file_is_read():
    assert read_misp(GOOD.encode()) == Misp(
        url="https://misp.example.org", organisation="Sharing community", key_env="COMITY_MISP_KEY"
    )


def test_plain_http_is_for_this_machine_alone():
    here = GOOD.replace("https://misp.example.org", "http://localhost:8080")
    assert read_misp(here.encode()).url == "http://localhost:8080"
    with pytest.raises(BadInput, match="https address"):
        read_misp(GOOD.replace("https:", "http:").encode())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "cannot be read"),
        ("[", "cannot be read"),
        (GOOD.replace("misp.example.org", "key@misp.example.org"), "https address"),
        (GOOD.replace("COMITY_MISP_KEY", ""), "cannot be read|either"),
        (GOOD + 'key_file = "too"', "either"),
        (GOOD + 'key = "in the open"', "cannot be read"),
        (GOOD + "timeout = 0", "cannot be read"),
        (GOOD + "timeout = 3000", "cannot be read"),
        (GOOD + "verify = false", "cannot be read"),
        (GOOD.replace("Sharing community", ""), "cannot be read"),
    ],
)
def test_a_fault_is_said_in_a_sentence(text, says):
    with pytest.raises(BadInput, match=says):
        read_misp(text.encode())
