"""Who a node is: its keys, its root document, rotation and fingerprints."""
