"""The parts of the MISP writer: ``comity.formats.misp.write`` is the door."""
