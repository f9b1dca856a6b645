"""The node as a Django app."""

from django.apps import AppConfig


class NodeConfig(AppConfig):
    """Accounts, invitations and the projections of the record."""

    name = "comity.node"
    label = "node"
    verbose_name = "Node"
