"""OpenID Connect, the code flow with PKCE: who somebody is, from a signed ID token and no more.

Asked for is the subject alone: no address, no name, no user info. The token comes over TLS and is
checked all the same (OpenID Connect Core 1.0, section 3.1.3.7; RFC 8725).
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import secrets
import urllib.error
import urllib.request
from collections.abc import Mapping
from hmac import compare_digest
from typing import Any
from urllib.parse import quote_plus, urlencode

import jwt
import msgspec
from django.core.cache import cache

from comity.access.sign_on_file import Oidc, safe_address
from comity.errors import BadInput, Unavailable

ALGORITHMS = [
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
]  # fmt: skip
"""Signatures with a key that only the provider has: neither none nor the shared client secret."""
_WAITS = 5  # seconds for an answer
_LARGEST = 1 << 20  # bytes of an answer
_KEPT = (
    600  # seconds: whoever presses the button again and again does not ask the provider each time
)
_DRIFT = 60  # seconds that clocks may differ


class Configuration(msgspec.Struct, frozen=True):
    """Where a provider answers (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class Sent(msgspec.Struct, frozen=True):
    """What the session keeps while somebody is at the provider."""

    nonce: str
    verifier: str


class _Tokens(msgspec.Struct, frozen=True):
    id_token: str


def begin(source: Oidc, state: str, back: str) -> tuple[str, Sent]:
    """The address to send somebody to, and what to keep until they come ``back`` with ``state``.

    Raises Unavailable where the provider does not answer, BadInput where what it says is not safe.
    """
    found = _configuration(source)
    sent = Sent(secrets.token_urlsafe(32), secrets.token_urlsafe(48))
    digest = hashlib.sha256(sent.verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "scope": "openid",
        "client_id": source.client_id,
        "redirect_uri": back,
        "state": state,
        "nonce": sent.nonce,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    return f"{found.authorization_endpoint}?{urlencode(asked)}", sent


def finish(source: Oidc, secret: str, sent: Sent, answer: Mapping[str, str], back: str) -> str:
    """The subject that the provider vouches for. ``answer`` is the query that somebody came with.

    Raises BadInput where the answer, or the token for it, is not what was asked for.
    """
    if "code" not in answer:
        raise BadInput(f"the provider gave no code: {answer.get('error', 'it did not say why')}")
    if answer.get("iss", source.issuer) != source.issuer:  # RFC 9207
        raise BadInput("the answer is of another provider")
    found = _configuration(source)
    form = {
        "grant_type": "authorization_code",
        "code": answer["code"],
        "redirect_uri": back,
        "code_verifier": sent.verifier,
        "client_id": source.client_id,
    }
    if "client_secret_post" in found.token_endpoint_auth_methods_supported:
        body = _ask(found.token_endpoint, form | {"client_secret": secret})
    else:  # RFC 6749, section 2.3.1
        pair = f"{quote_plus(source.client_id)}:{quote_plus(secret)}".encode()
        basic = f"Basic {base64.b64encode(pair).decode()}"
        body = _ask(found.token_endpoint, form, Authorization=basic)
    keys = _ask(found.jwks_uri)
    try:
        token = msgspec.json.decode(body, type=_Tokens).id_token
        return subject_of(token, msgspec.json.decode(keys, type=dict[str, Any]), source, sent.nonce)
    except msgspec.MsgspecError as error:
        raise BadInput("the provider's answer has no ID token, or its keys are none") from error


def subject_of(token: str, keys: dict[str, Any], source: Oidc, nonce: str) -> str:
    """The subject of an ID token that one of the provider's ``keys`` signed for this sign-on."""
    try:
        claims = jwt.decode(
            token,
            _key(keys, jwt.get_unverified_header(token).get("kid")),
            algorithms=ALGORITHMS,
            audience=source.client_id,
            issuer=source.issuer,
            leeway=_DRIFT,
            options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"]},
        )
    except (jwt.PyJWTError, TypeError, ValueError) as error:  # the last two: keys of odd forms
        raise BadInput(f"the ID token does not hold: {error}") from error
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else source.client_id) != source.client_id:
        raise BadInput("the ID token was made for another client")
    if not compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise BadInput("the ID token belongs to another sign-on")
    subject = claims["sub"]
    if not isinstance(subject, str) or not subject:
        raise BadInput("the ID token names nobody")
    return subject


def _key(keys: dict[str, Any], kid: str | None) -> jwt.PyJWK:
    signing = [key for key in jwt.PyJWKSet.from_dict(keys) if key.public_key_use in {None, "sig"}]
    found = [key for key in signing if kid is None or key.key_id == kid]
    if len(found) != 1:
        raise jwt.InvalidKeyError("none of the provider's keys is named by it")
    return found[0]


def _configuration(source: Oidc) -> Configuration:
    key = f"comity.sign_on.{hashlib.sha256(source.issuer.encode()).hexdigest()}"
    found: Configuration | None = cache.get(key)
    if found is None:
        found = _discovered(source.issuer)
        cache.set(key, found, _KEPT)
    return found


def _discovered(issuer: str) -> Configuration:
    body = _ask(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    try:
        found = msgspec.json.decode(body, type=Configuration)
    except msgspec.MsgspecError as error:
        raise BadInput(f"{issuer} does not say where it answers: {error}") from error
    if found.issuer != issuer:
        raise BadInput(f"{issuer} says that it is {found.issuer[:200]}")
    for address in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri):
        weaker = issuer.startswith("https:") and not address.startswith("https:")
        if weaker or not safe_address(address):
            raise BadInput(f"{issuer} answers at an address that is not https")
    return found


def _ask(address: str, form: dict[str, str] | None = None, **headers: str) -> bytes:
    """The body of an answer 200. No redirect is followed: nothing goes where it was not meant."""
    body = None if form is None else urlencode(form).encode()
    request = urllib.request.Request(  # noqa: S310  # ``safe_address`` has seen it
        address, body, {"Accept": "application/json", **headers}
    )
    try:
        with _OPENER.open(request, timeout=_WAITS) as answer:
            found: bytes = answer.read(_LARGEST + 1)
    except urllib.error.HTTPError as error:
        with error:
            raise Unavailable(f"{address} answered {error.code}") from None
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise Unavailable(f"{address} does not answer ({reason})") from None
    if len(found) > _LARGEST:
        raise Unavailable(f"{address} answered with more than {_LARGEST >> 10} KiB")
    return found


def _opener() -> urllib.request.OpenerDirector:
    """One that follows nothing and asks no proxy. Certificates are those that the system trusts."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPErrorProcessor,
    ):
        opener.add_handler(handler())
    return opener


_OPENER = _opener()
