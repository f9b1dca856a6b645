"""The addresses of the pages, and one that gives a page's person the answer of ``/api/v1/me``."""

import msgspec
from django.http import HttpRequest, HttpResponse
from django.urls import path

from comity.access.roles import SCOPES, Act, may
from comity.api.me import Me
from comity.node.services import now
from comity.web.actor import needs, person_of
from comity.web.urls import urlpatterns as pages


@needs(Act.READ_INCIDENTS)
def me(request: HttpRequest) -> HttpResponse:
    """The same answer, behind a session and all middleware."""
    actor, _by = person_of(request)
    answer = Me(
        account=actor.account,
        name=actor.name,
        roles=tuple(sorted(actor.roles)),
        token="",
        expires_at=now(),
        scopes=tuple(sorted(SCOPES)),
        may=tuple(act for act in sorted(SCOPES) if may(actor, act).allowed),
    )
    return HttpResponse(msgspec.json.encode(answer), content_type="application/json")


urlpatterns = [*pages, path("bench/me", me, name="bench_me")]
