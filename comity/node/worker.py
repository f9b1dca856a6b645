"""The worker that ``comity serve`` keeps beside itself: it ends when the server is gone."""

import os

import django

if __name__ == "__main__":
    server = os.getppid()
    django.setup()

    from comity.node.work import until_told, work

    work(until_told(lambda: os.getppid() != server))
