"""The worker that ``comity serve`` keeps beside itself: it ends when the server is gone.

The argument is the process of the server: whoever is started by one that dies at once would take
another for it.
"""

import os
import sys

import django

if __name__ == "__main__":
    server = int(sys.argv[1])
    django.setup()

    from comity.node.work import until_told, work

    work(until_told(lambda: os.getppid() != server))
