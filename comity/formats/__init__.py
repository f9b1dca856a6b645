"""One module per outside format: bytes in, STIX objects out, nothing dropped silently (pure)."""
