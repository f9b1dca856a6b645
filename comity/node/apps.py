"""The node as a Django app."""

from django.apps import AppConfig


class NodeConfig(AppConfig):
    """Accounts, invitations and the projections of the record."""

    name = "comity.node"
    label = "node"
    verbose_name = "Node"

    def ready(self) -> None:
        """Listen to changes of second factors and identities."""
        from comity.node import factors  # noqa: F401, PLC0415  # models are there only now
