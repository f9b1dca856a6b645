"""MISP events into STIX 2.1 (draft-dulaunoy-misp-core-format): ``reader`` is the door."""
