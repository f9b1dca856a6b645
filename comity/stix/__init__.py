"""The vocabulary: STIX 2.1 structs, ids, markings and canonical JSON (pure)."""
