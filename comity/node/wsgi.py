"""The WSGI application that the server runs: the pages, and beside them API and witness.

Programs have a handler of their own: what keeps a browser safe (sessions, forgery tokens, content
policies) means nothing to them, and costs most of the time of a request.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comity.node.settings")
_pages = get_wsgi_application()
_machines = import_string(settings.MACHINES)()
_logs = import_string(settings.LOGS)()


def application(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    """Answer one request."""
    path = environ.get("PATH_INFO", "")
    answers: WSGIApplication = _pages
    if path.startswith("/api/"):
        answers = _machines
    elif path.startswith(("/witness/", "/log/")):
        answers = _logs
    return answers(environ, start)
