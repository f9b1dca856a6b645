"""The projections in memory: what ``actions.ledger.Projections`` promises, and nothing else."""

from comity.access.roles import Role
from comity.record.payload import (
    Approval,
    Bundle,
    Deconfliction,
    Document,
    Erasure,
    Hold,
    Incident,
    Opaque,
    Quarantine,
    Release,
    RoleGrant,
    Sightings,
    Told,
    unpack,
)


class InMemory:
    """Roles and incidents out of the record, kept in dictionaries."""

    def __init__(self):
        self.size = 0
        self.granted = {}
        self.incidents = set()
        self.documents = {}
        self.kinds = {}
        self.filed = {}
        self.holds = {}
        self.held = {}

    def catch_up(self, record):
        for entry in record.entries(self.size):
            self.size = entry.index + 1
            if entry.payload is None:
                continue
            known = unpack(entry.payload, record.blob)
            if not isinstance(known, Opaque):
                self.kinds[entry.index] = known.__struct_config__.tag
                self.filed[entry.index] = getattr(known, "incident", None)
            match known:
                case RoleGrant(account=account, role=role, granted=granted, deputy_of=None):
                    self.granted[account, role] = granted
                case Quarantine(index=index, held=held):
                    self.held[index] = held
                case Erasure(index=index):
                    self.kinds.pop(index, None)
                case Hold(incident=key, held=held):
                    self.holds[key] = held
                case Incident(incident=key):
                    self.incidents.add(key)
                case (
                    Document(document=key)
                    | Bundle(document=key)
                    | Sightings(document=key)
                    | Told(document=key)
                    | Deconfliction(document=key)
                    | Approval(document=key)
                    | Release(document=key)
                ):
                    self.documents.setdefault(key, []).append(entry.index)

    def roles(self, account):
        return frozenset(role for role in Role if self.granted.get((account, role.value)))

    def has_incident(self, incident):
        return incident in self.incidents

    def reports_of(self, incident):
        return self._of(incident, "import")

    def consents_of(self, incident):
        return self._of(incident, "consent")

    def handling_of(self, incident):
        return self._of(incident, "handling")

    def tickets_of(self, incident):
        return self._of(incident, "ticket")

    def _of(self, incident, kind):
        return tuple(
            index
            for index, one in self.kinds.items()
            if one == kind and self.filed.get(index) == incident
        )

    def document_entries(self, document):
        return tuple(self.documents.get(document, ()))

    def last_of(self, kind):
        return max((index for index, one in self.kinds.items() if one == kind), default=None)

    def on_hold(self, incident):
        return self.holds.get(incident, False)

    def erasure_words(self):
        return tuple(index for index, one in self.kinds.items() if one == "erasure-word")

    def in_quarantine(self, index):
        return self.held.get(index, False)
