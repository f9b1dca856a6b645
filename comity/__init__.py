"""Comity: from a cyber incident to a coordinated, accountable response."""

__version__ = "0.1.0"
