"""Findings as documents people read: the dossier as HTML and JSON."""
