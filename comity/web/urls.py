"""Every page of the node. ``accounts/`` is django-allauth's."""

from django.urls import include, path

from comity.web import (
    attribution,
    documents,
    erasure,
    incidents,
    jobs,
    join,
    people,
    record,
    style,
    today,
    tokens,
    watch,
)

urlpatterns = [
    path("", today.today, name="today"),
    path("alive", today.alive, name="alive"),
    path("dossier.css", style.dossier, name="dossier_css"),
    path("join/<str:token>", join.join, name="join"),
    path("second-factor", join.second_factor, name="second_factor"),
    path("incidents/", incidents.listing, name="incidents"),
    path("incidents/new", incidents.open_incident, name="open_incident"),
    path("incidents/<uuid:key>/", incidents.summary, name="incident"),
    path("incidents/<uuid:key>/reports", incidents.add_reports, name="add_reports"),
    path("incidents/<uuid:key>/facts", incidents.facts, name="facts"),
    path("incidents/<uuid:key>/assess", incidents.assess, name="assess"),
    path("incidents/<uuid:key>/diplomatic", incidents.diplomatic, name="diplomatic"),
    path("incidents/<uuid:key>/technical", incidents.technical, name="technical"),
    path("incidents/<uuid:key>/attribution", attribution.attribution, name="attribution"),
    path("incidents/<uuid:key>/attribute", attribution.attribute, name="attribute"),
    path("incidents/<uuid:key>/documents/", documents.listing, name="documents"),
    path("incidents/<uuid:key>/documents/new", documents.take_up, name="take_up"),
    path("incidents/<uuid:key>/documents/<uuid:document>/", documents.document, name="document"),
    path(
        "incidents/<uuid:key>/documents/<uuid:document>/complete",
        documents.complete,
        name="complete",
    ),
    path(
        "incidents/<uuid:key>/documents/<uuid:document>/approve", documents.approve, name="approve"
    ),
    path(
        "incidents/<uuid:key>/documents/<uuid:document>/release", documents.release, name="release"
    ),
    path("incidents/<uuid:key>/documents/<uuid:document>/carry", documents.carry, name="carry"),
    path(
        "incidents/<uuid:key>/documents/<uuid:document>/file.<str:form>",
        documents.file,
        name="file",
    ),
    path("incidents/<uuid:key>/going-on", jobs.going_on, name="going_on"),
    path("jobs/", jobs.listing, name="jobs"),
    path("jobs/<uuid:key>/", jobs.job, name="job"),
    path("jobs/<uuid:key>/again", jobs.again, name="job_again"),
    path("watch/", watch.log, name="watch"),
    path("watch/note", watch.note, name="watch_note"),
    path("watch/hand-over", watch.hand_over, name="hand_over"),
    path("watch/take-over", watch.take_over, name="take_over"),
    path("record/", record.overview, name="record"),
    path("record/erasures", erasure.listing, name="erasures"),
    path("record/<int:index>/erase", erasure.erase, name="erase"),
    path("record/<int:index>/proof", record.proof, name="proof"),
    path("people/", people.listing, name="people"),
    path("people/invite", people.invite, name="invite"),
    path("people/<uuid:key>/roles", people.roles, name="roles"),
    path("people/<uuid:key>/close", people.close, name="close_account"),
    path("tokens/", tokens.listing, name="tokens"),
    path("tokens/new", tokens.make, name="make_token"),
    path("tokens/<int:key>/revoke", tokens.revoke, name="revoke_token"),
    path("accounts/", include("allauth.urls")),
]
