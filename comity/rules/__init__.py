"""Predicates over what is known: True, False, Unknown or Fault. The only importer of CEL. Pure."""
