"""The node with one address more: the answer of ``/api/v1/me`` behind the middleware of the pages.

Settings and start in one module, for bench/api_requests.py. ``python -m bench.lane PORT`` serves as
``comity serve`` does; without a port it makes an account and prints a token and a session.
"""

import json
import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.lane"

from comity.node.settings import *  # noqa: F403

ROOT_URLCONF = "bench.lane_urls"

if __name__ == "__main__":
    import django

    django.setup()
    from comity.access.roles import Role
    from comity.node.server import migrate, serve
    from tests.api.asking import token_of
    from tests.node_cast import account, browser

    migrate()
    if len(sys.argv) > 1:
        serve(int(sys.argv[1]))
    else:
        person = account("Owner", Role.DUTY_OFFICER)  # type: ignore[no-untyped-call]
        session = browser(person).cookies["sessionid"].value  # type: ignore[no-untyped-call]
        token = token_of(person)  # type: ignore[no-untyped-call]
        print(json.dumps({"token": token, "session": session}))
