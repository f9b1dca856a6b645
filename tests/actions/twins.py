"""The projections in memory: what ``actions.ledger.Projections`` promises, and nothing else."""

from comity.access.roles import Role
from comity.record.payload import Incident, RoleGrant, unpack


class InMemory:
    """Roles and incidents out of the record, kept in dictionaries."""

    def __init__(self):
        self.size = 0
        self.granted = {}
        self.incidents = set()

    def catch_up(self, record):
        for entry in record.entries(self.size):
            self.size = entry.index + 1
            if entry.payload is None:
                continue
            match unpack(entry.payload, record.blob):
                case RoleGrant(account=account, role=role, granted=granted):
                    self.granted[account, role] = granted
                case Incident(incident=key):
                    self.incidents.add(key)

    def roles(self, account):
        return frozenset(role for role in Role if self.granted.get((account, role.value)))

    def has_incident(self, incident):
        return incident in self.incidents
