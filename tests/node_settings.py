"""The node's settings for tests: a data folder that nobody's home is touched by."""

import os
import tempfile

os.environ["COMITY_HOME"] = tempfile.mkdtemp(prefix="comity-tests-")
os.environ["COMITY_URL"] = "http://testserver"
os.environ["COMITY_STATE"] = "EST"
# The browser of other tests keeps an event loop in this thread; no test of the node uses one.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

from comity.node.settings import *  # noqa: F403

# Argon2 is slow on purpose; that passwords are kept with it is tested once, by name.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
