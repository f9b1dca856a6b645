"""``python -m comity`` is the same as the ``comity`` command."""

import sys

from comity.cli.main import main

sys.exit(main(sys.argv[1:]))
