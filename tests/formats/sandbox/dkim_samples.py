"""E-mails signed by dkimpy, the message that RFC 8463 publishes, and the keys of both."""

import base64
import datetime as dt
import hashlib
from functools import cache

import dkim as dkimpy
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from dkim.canonicalization import CanonicalizationPolicy

from comity.formats.sandbox.question import Question
from comity.formats.sender import SenderKey

NOW = dt.datetime(2026, 11, 28, tzinfo=dt.UTC)
DOMAIN = "example.org"
MAIL = (
    b"From: CERT of Example <cert@example.org>\r\nTo: desk@example.net\r\nSubject: Report\r\n"
    b"Date: Fri, 27 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain\r\n\r\nWe saw 198.51.100[.]7 on our mail server.\r\n\r\nAnn\r\n"
)
HEADERS = b"from:to:subject:date:content-type"
ED25519 = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@cache
def rsa_key(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def rsa_record(key: rsa.RSAPublicKey, tags: bytes = b"") -> bytes:
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return b"v=DKIM1; k=rsa; " + tags + b"p=" + base64.b64encode(der)


def record(key: Ed25519PrivateKey = ED25519, tags: bytes = b"") -> bytes:
    public = base64.b64encode(key.public_key().public_bytes_raw())
    return b"v=DKIM1; k=ed25519; " + tags + b"p=" + public


def question(data: bytes | None, *, selector: str = "s1", domain: str = DOMAIN) -> Question:
    """What the child is asked, with one key or none."""
    keys = () if data is None else (SenderKey(f"{selector}._domainkey.{domain}.txt", data),)
    return Question(keys=keys, now=NOW)


def signed(mail: bytes = MAIL, *, ways: bytes = b"relaxed/simple", domain: bytes = b"example.org",
           headers: bytes = HEADERS, tags: bytes = b"") -> bytes:  # fmt: skip
    """A mail with a signature that dkimpy's own reading of the mail gave, and Ed25519 made.

    ``tags`` are put into the signature before it is made: dkimpy's ``sign`` knows few of them.
    """
    cut = dkimpy.DKIM(mail)
    policy = CanonicalizationPolicy.from_c_value(ways)
    body = base64.b64encode(hashlib.sha256(policy.canonicalize_body(cut.body)).digest())
    value = b" v=1; a=ed25519-sha256; c=%b; d=%b; s=s1; h=%b; bh=%b; %bb=" % (
        ways, domain, headers, body, tags
    )  # fmt: skip
    hasher = dkimpy.HashThrough(hashlib.sha256())
    dkimpy.hash_headers(
        hasher, policy, policy.canonicalize_headers(cut.headers), headers.split(b":"),
        [b"DKIM-Signature", value], {},
    )  # fmt: skip
    made = base64.b64encode(ED25519.sign(hasher.digest()))
    return b"DKIM-Signature:" + value + made + b"\r\n" + mail


def signed_by_dkimpy(key: rsa.RSAPrivateKey, mail: bytes = MAIL, *, length: bool = False) -> bytes:
    """A mail signed with RSA by dkimpy from beginning to end."""
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    header = dkimpy.sign(mail, b"s1", b"example.org", pem, length=length)
    return bytes(header) + mail


# RFC 8463, appendix A.2 (keys) and A.3 (message): two signatures, Ed25519 and RSA.
RFC_8463 = b"""\
DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
 subject : date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
 Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=test; t=1528637909; h=from : to : subject :
 date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3
 DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz
 dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game.  Are you hungry yet?

Joe.
"""
RFC_8463_KEYS = (
    SenderKey(
        "brisbane._domainkey.football.example.com.txt",
        b"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
    ),
    SenderKey(
        "test._domainkey.football.example.com.txt",
        b"v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3id"
        b"Y6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL"
        b"6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB",
    ),
)
