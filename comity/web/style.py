"""The dossier's own style sheet, for its parts inside a page of the node."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from comity.documents.engine import style

# Nested, its rules reach nothing outside the element that holds the parts.
_BODY = f".dossier {{\n{str(style('dossier')).replace(':root', '&')}\n}}\n"


@require_safe
@cache_control(max_age=3600)
def dossier(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """One file with the page of documents, so that both look alike."""
    return HttpResponse(_BODY, content_type="text/css; charset=utf-8")
