"""Events of any content, for properties that hold of all."""

from hypothesis import strategies as st

from comity.formats.misp.observables import OBSERVABLES
from comity.formats.misp.things import THINGS
from tests.formats.misp.events import GROUP

_TEXTS = st.text(max_size=12) | st.sampled_from(
    ["198.51.100.3", "x.example", "a@x.example", "http://x.example/'\\", "a" * 32, "b" * 40,
     "x.example|198.51.100.3", "198.51.100.3|80", "a.exe|" + "a" * 32, "HKLM\\x|y", "CVE-2026-0001"]
)  # fmt: skip
_KINDS = st.sampled_from([*OBSERVABLES, *THINGS, "btc", "link", "text"]) | st.text(max_size=6)
_FLAGS = st.sampled_from([True, False, "0", "1", None])
DISTRIBUTIONS = st.sampled_from(["0", "1", "2", "3", "4", "5", 3, None, "x"])
_TIMES = st.sampled_from(["1772403600", 1772403601, "0", None, "x"])
_SEEN = st.sampled_from([None, "2026-03-01T10:00:00+00:00", "2026-02-01T10:00:00Z", "x"])
_TAGS = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.sampled_from(
                ["tlp:white", "tlp:red", "tlp:odd", "PAP:RED", 'misp-galaxy:tool="x"', "y", ""]
            )
        },
        optional={"local": _FLAGS},
    ),
    max_size=3,
)
_GALAXIES = st.lists(
    st.fixed_dictionaries(
        {
            "GalaxyCluster": st.lists(
                st.fixed_dictionaries(
                    {
                        "type": st.sampled_from(["tool", "sector", "country", "odd"]),
                        "value": _TEXTS,
                    },
                    optional={"uuid": st.uuids().map(str) | st.just("")},
                ),
                max_size=2,
            )
        }
    ),
    max_size=1,
)
_ATTRIBUTES = st.fixed_dictionaries(
    {"uuid": st.uuids(version=4).map(str), "type": _KINDS, "value": _TEXTS},
    optional={
        "to_ids": _FLAGS,
        "deleted": _FLAGS,
        "category": _TEXTS,
        "comment": _TEXTS,
        "distribution": DISTRIBUTIONS,
        "timestamp": _TIMES,
        "first_seen": _SEEN,
        "last_seen": _SEEN,
        "object_relation": st.sampled_from(
            ["filename", "md5", "from", "ip", "domain", "id", "key"]
        ),
        "Tag": _TAGS,
        "Galaxy": _GALAXIES,
        "SharingGroup": st.sampled_from([[], GROUP]),
    },
)
_OBJECTS = st.fixed_dictionaries(
    {
        "uuid": st.uuids(version=4).map(str),
        "name": st.sampled_from(
            ["file", "email", "domain-ip", "ip-port", "registry-key", "vulnerability", "odd"]
        ),
        "Attribute": st.lists(_ATTRIBUTES, max_size=4),
    },
    optional={"distribution": DISTRIBUTIONS, "deleted": _FLAGS, "timestamp": _TIMES},
)
EVENTS = st.fixed_dictionaries(
    {
        "Attribute": st.lists(_ATTRIBUTES, max_size=4),
        "Object": st.lists(_OBJECTS, max_size=2),
        "distribution": DISTRIBUTIONS,
        "Tag": _TAGS,
        "Galaxy": _GALAXIES,
    }
)
