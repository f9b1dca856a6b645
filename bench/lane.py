"""The node with one address more: the answer of ``/api/v1/me`` behind the middleware of the pages.

Settings and start in one module, for bench/http.py: ``python -m bench.lane PORT`` serves as
``comity serve`` does.
"""

import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.lane"

from comity.node.settings import *  # noqa: F403

ROOT_URLCONF = "bench.lane_urls"

if __name__ == "__main__":
    import django

    django.setup()
    from comity.node.server import migrate, serve

    migrate()
    serve(int(sys.argv[1]))
