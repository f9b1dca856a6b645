"""The cast and a node of its own for each test."""

from tests.node_cast import home, incident, owner, record, stranger

__all__ = ["home", "incident", "owner", "record", "stranger"]
