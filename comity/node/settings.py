"""Settings of the node (Django 5.2). All that an operator sets comes from the environment.

``COMITY_HOME`` is the data folder, ``COMITY_URL`` the address that people type. Where it is
https, cookies are sent over https only; without it the node answers this machine alone.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONCE, NONE, SELF

from comity.node import demonstration
from comity.node.secret import secret_key

HOME = Path(os.environ["COMITY_HOME"])
FOLDER = HOME / "node"
URL = urlsplit(os.environ.get("COMITY_URL", "http://localhost:8700"))

SECRET_KEY = secret_key(FOLDER)
DEBUG = False
ALLOWED_HOSTS = [URL.hostname or "localhost"]
CSRF_TRUSTED_ORIGINS = [f"{URL.scheme}://{URL.netloc}"]
# Whose desk this is, ISO 3166-1 alpha-3.
OWN_STATE = os.environ.get("COMITY_STATE") or demonstration.own_state(HOME)
ROOT_URLCONF = "comity.web.urls"
MACHINES = "comity.api.handler.Machines"  # what answers /api/
LOGS = "comity.api.logs.Logs"  # what answers /witness/ and /log/
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "node.Account"

INSTALLED_APPS = [
    "comity.node",
    "comity.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "django_tasks_db",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "comity.web.gatekeeper.BodyLimitMiddleware",  # before anything reads a body
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "comity.web.gatekeeper.GatekeeperMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "comity.web.context.navigation",
            ],
        },
    }
]

# SQLite as its own manual has it: writers queue instead of failing half-way (IMMEDIATE), readers
# never wait (WAL). Projections can be made again; accounts, tokens and jobs that were acknowledged
# cannot, so each commit is on disk before it is answered (FULL), as in the record itself.
_SQLITE: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": FOLDER / "node.db",
    "CONN_MAX_AGE": None,  # each thread keeps its own: opening one is half of a short request
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        " PRAGMA mmap_size=134217728; PRAGMA cache_size=-20000;",
    },
}
# Another database is an operator's choice; the record stays in its own files all the same.
_URL = os.environ.get("DATABASE_URL")
DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(_URL, conn_max_age=60) if _URL else _SQLITE
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# -- people ---------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator")
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    }
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
ACCOUNT_ADAPTER = "comity.node.adapter.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by invitation, not by address
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
SOCIALACCOUNT_ADAPTER = "comity.node.sign_on.adapter.Adapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # a provider may say that any address is somebody's
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Comity"
MFA_TOTP_TOLERANCE = 1  # one step of 30 seconds: clocks of telephones drift (RFC 6238 section 5.2)
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = URL.scheme != "https" and URL.hostname == "localhost"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"  # no mail leaves before it is set up

# -- the browser ----------------------------------------------------------------------------
_SECURE = URL.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _SECURE
SESSION_COOKIE_AGE = 12 * 60 * 60  # one shift
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
SECURE_HSTS_SECONDS = 31_536_000 if _SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _SECURE else None
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if _SECURE else 0  # whose attempts are counted
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # the TOTP code is a picture made by the server
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# A report may be as large as the readers take, and a handful may come at once.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 << 20
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 << 20
DATA_UPLOAD_MAX_NUMBER_FILES = 20

STATIC_URL = "static/"
STATICFILES_DIRS: list[Path] = []
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

# -- words ----------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("ar", "العربية"),
    ("en", "English"),
    ("es", "español"),
    ("fr", "français"),
    ("ru", "русский"),
    ("zh-hans", "中文"),
]
USE_TZ = True
TIME_ZONE = "UTC"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_tokens": {"()": "comity.node.logs.WithoutTokens"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["without_tokens"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
