"""The ``comity`` command: one module per command, imported when it runs."""
