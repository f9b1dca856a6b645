"""The eighteen cyber-observable objects (STIX 2.1 §6).

Their predefined extensions (archive, NTFS, PDF, raster image, PE, HTTP, ICMP, socket, TCP,
Windows process and service, UNIX account) stay as parsed in ``extensions``.
"""

from typing import Annotated, Literal

from msgspec import Meta, field

from comity.stix.base import Sco
from comity.stix.timestamp import Timestamp
from comity.stix.types import (
    NON_EMPTY,
    Checked,
    Count,
    Dictionary,
    Hashes,
    Hex,
    Identifiers,
    Integer,
    Strings,
    ref,
)

_ArtifactRef = Annotated[str, ref("artifact")]
_AutonomousSystemRefs = Annotated[tuple[Annotated[str, ref("autonomous-system")], ...], NON_EMPTY]
_EmailRef = Annotated[str, ref("email-addr")]
_EmailRefs = Annotated[tuple[_EmailRef, ...], NON_EMPTY]
_EndpointRef = Annotated[str, ref("ipv4-addr", "ipv6-addr", "mac-addr", "domain-name")]
_FileOrDirectoryRefs = Annotated[tuple[Annotated[str, ref("file", "directory")], ...], NON_EMPTY]
_MacRefs = Annotated[tuple[Annotated[str, ref("mac-addr")], ...], NON_EMPTY]
_Port = Annotated[int, Meta(ge=0, le=65535)]
_ProcessRef = Annotated[str, ref("process")]
_TrafficRef = Annotated[str, ref("network-traffic")]
_TrafficRefs = Annotated[tuple[_TrafficRef, ...], NON_EMPTY]
_UserRef = Annotated[str, ref("user-account")]


class Artifact(Sco, frozen=True, kw_only=True, tag="artifact"):
    """STIX 2.1 §6.1."""

    id_from = ("hashes", "payload_bin")
    one_of = (("payload_bin", "url"),)
    not_both = (("payload_bin", "url"),)
    needs = (("url", "hashes"), ("decryption_key", "encryption_algorithm"))

    id: Annotated[str, ref("artifact")]
    mime_type: str | None = None
    payload_bin: str | None = None
    url: str | None = None
    hashes: Hashes = field(default_factory=dict)
    encryption_algorithm: (
        Literal["AES-256-GCM", "ChaCha20-Poly1305", "mime-type-indicated"] | None
    ) = None
    decryption_key: str | None = None


class AutonomousSystem(Sco, frozen=True, kw_only=True, tag="autonomous-system"):
    """STIX 2.1 §6.2."""

    id_from = ("number",)

    id: Annotated[str, ref("autonomous-system")]
    number: Integer
    name: str | None = None
    rir: str | None = None


class Directory(Sco, frozen=True, kw_only=True, tag="directory"):
    """STIX 2.1 §6.3."""

    id_from = ("path",)

    id: Annotated[str, ref("directory")]
    path: str
    path_enc: str | None = None
    ctime: Timestamp | None = None
    mtime: Timestamp | None = None
    atime: Timestamp | None = None
    contains_refs: _FileOrDirectoryRefs = ()


class DomainName(Sco, frozen=True, kw_only=True, tag="domain-name"):
    """STIX 2.1 §6.4."""

    id_from = ("value",)

    id: Annotated[str, ref("domain-name")]
    value: str
    resolves_to_refs: Annotated[
        tuple[Annotated[str, ref("ipv4-addr", "ipv6-addr", "domain-name")], ...], NON_EMPTY
    ] = ()


class EmailAddress(Sco, frozen=True, kw_only=True, tag="email-addr"):
    """STIX 2.1 §6.5."""

    id_from = ("value",)

    id: Annotated[str, ref("email-addr")]
    value: str
    display_name: str | None = None
    belongs_to_ref: _UserRef | None = None


class EmailMimePart(Checked, frozen=True, kw_only=True):
    """One part of a multipart body (STIX 2.1 §6.6.2)."""

    one_of = (("body", "body_raw_ref"),)

    body: str | None = None
    body_raw_ref: Annotated[str, ref("artifact", "file")] | None = None
    content_type: str | None = None
    content_disposition: str | None = None


class EmailMessage(Sco, frozen=True, kw_only=True, tag="email-message"):
    """STIX 2.1 §6.6."""

    id_from = ("from_ref", "subject", "body")

    id: Annotated[str, ref("email-message")]
    is_multipart: bool
    date: Timestamp | None = None
    content_type: str | None = None
    from_ref: _EmailRef | None = None
    sender_ref: _EmailRef | None = None
    to_refs: _EmailRefs = ()
    cc_refs: _EmailRefs = ()
    bcc_refs: _EmailRefs = ()
    message_id: str | None = None
    subject: str | None = None
    received_lines: Strings = ()
    additional_header_fields: Dictionary = field(default_factory=dict)
    body: str | None = None
    body_multipart: Annotated[tuple[EmailMimePart, ...], NON_EMPTY] = ()
    raw_email_ref: _ArtifactRef | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.is_multipart and self.body is not None:
            self.refuse("body", "must not stand in a multipart message")
        if self.body_multipart and not self.is_multipart:
            self.refuse("body_multipart", "must only stand in a multipart message")


class File(Sco, frozen=True, kw_only=True, tag="file"):
    """STIX 2.1 §6.7."""

    id_from = ("hashes", "name", "parent_directory_ref", "extensions")
    one_of = (("hashes", "name"),)

    id: Annotated[str, ref("file")]
    hashes: Hashes = field(default_factory=dict)
    size: Count | None = None
    name: str | None = None
    name_enc: str | None = None
    magic_number_hex: Hex | None = None
    mime_type: str | None = None
    ctime: Timestamp | None = None
    mtime: Timestamp | None = None
    atime: Timestamp | None = None
    parent_directory_ref: Annotated[str, ref("directory")] | None = None
    contains_refs: Identifiers = ()
    content_ref: _ArtifactRef | None = None


class IPv4Address(Sco, frozen=True, kw_only=True, tag="ipv4-addr"):
    """STIX 2.1 §6.8."""

    id_from = ("value",)

    id: Annotated[str, ref("ipv4-addr")]
    value: str
    resolves_to_refs: _MacRefs = ()
    belongs_to_refs: _AutonomousSystemRefs = ()


class IPv6Address(Sco, frozen=True, kw_only=True, tag="ipv6-addr"):
    """STIX 2.1 §6.9."""

    id_from = ("value",)

    id: Annotated[str, ref("ipv6-addr")]
    value: str
    resolves_to_refs: _MacRefs = ()
    belongs_to_refs: _AutonomousSystemRefs = ()


class MacAddress(Sco, frozen=True, kw_only=True, tag="mac-addr"):
    """STIX 2.1 §6.10."""

    id_from = ("value",)

    id: Annotated[str, ref("mac-addr")]
    value: str


class Mutex(Sco, frozen=True, kw_only=True, tag="mutex"):
    """STIX 2.1 §6.11."""

    id_from = ("name",)

    id: Annotated[str, ref("mutex")]
    name: str


class NetworkTraffic(Sco, frozen=True, kw_only=True, tag="network-traffic"):
    """STIX 2.1 §6.12."""

    id_from = (
        "start", "end", "src_ref", "dst_ref", "src_port", "dst_port", "protocols", "extensions"
    )  # fmt: skip
    not_before = (("end", "start"),)
    one_of = (("src_ref", "dst_ref"),)

    id: Annotated[str, ref("network-traffic")]
    protocols: Strings
    start: Timestamp | None = None
    end: Timestamp | None = None
    is_active: bool | None = None
    src_ref: _EndpointRef | None = None
    dst_ref: _EndpointRef | None = None
    src_port: _Port | None = None
    dst_port: _Port | None = None
    src_byte_count: Count | None = None
    dst_byte_count: Count | None = None
    src_packets: Count | None = None
    dst_packets: Count | None = None
    ipfix: Dictionary = field(default_factory=dict)
    src_payload_ref: _ArtifactRef | None = None
    dst_payload_ref: _ArtifactRef | None = None
    encapsulates_refs: _TrafficRefs = ()
    encapsulated_by_ref: _TrafficRef | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.is_active and self.end is not None:
            self.refuse("end", "must not stand in traffic that is active")


class Process(Sco, frozen=True, kw_only=True, tag="process"):
    """STIX 2.1 §6.13; it has no ID-contributing property, so its ids are random."""

    one_of = (
        (
            "is_hidden", "pid", "created_time", "cwd", "command_line", "environment_variables",
            "opened_connection_refs", "creator_user_ref", "image_ref", "parent_ref",
            "child_refs", "extensions",
        ),
    )  # fmt: skip

    id: Annotated[str, ref("process")]
    is_hidden: bool | None = None
    pid: Integer | None = None
    created_time: Timestamp | None = None
    cwd: str | None = None
    command_line: str | None = None
    environment_variables: Dictionary = field(default_factory=dict)
    opened_connection_refs: _TrafficRefs = ()
    creator_user_ref: _UserRef | None = None
    image_ref: Annotated[str, ref("file")] | None = None
    parent_ref: _ProcessRef | None = None
    child_refs: Annotated[tuple[_ProcessRef, ...], NON_EMPTY] = ()


class Software(Sco, frozen=True, kw_only=True, tag="software"):
    """STIX 2.1 §6.14."""

    id_from = ("name", "cpe", "swid", "vendor", "version")

    id: Annotated[str, ref("software")]
    name: str
    cpe: str | None = None
    swid: str | None = None
    languages: Strings = ()
    vendor: str | None = None
    version: str | None = None


class Url(Sco, frozen=True, kw_only=True, tag="url"):
    """STIX 2.1 §6.15."""

    id_from = ("value",)

    id: Annotated[str, ref("url")]
    value: str


class UserAccount(Sco, frozen=True, kw_only=True, tag="user-account"):
    """STIX 2.1 §6.16."""

    id_from = ("account_type", "user_id", "account_login")

    id: Annotated[str, ref("user-account")]
    user_id: str | None = None
    credential: str | None = None
    account_login: str | None = None
    account_type: str | None = None
    display_name: str | None = None
    is_service_account: bool | None = None
    is_privileged: bool | None = None
    can_escalate_privs: bool | None = None
    is_disabled: bool | None = None
    account_created: Timestamp | None = None
    account_expires: Timestamp | None = None
    credential_last_changed: Timestamp | None = None
    account_first_login: Timestamp | None = None
    account_last_login: Timestamp | None = None


class WindowsRegistryValue(Checked, frozen=True, kw_only=True):
    """STIX 2.1 §6.17.2."""

    one_of = (("name", "data", "data_type"),)

    name: str | None = None
    data: str | None = None
    data_type: (
        Literal[
            "REG_NONE", "REG_SZ", "REG_EXPAND_SZ", "REG_BINARY", "REG_DWORD",
            "REG_DWORD_BIG_ENDIAN", "REG_DWORD_LITTLE_ENDIAN", "REG_LINK", "REG_MULTI_SZ",
            "REG_RESOURCE_LIST", "REG_FULL_RESOURCE_DESCRIPTION",
            "REG_RESOURCE_REQUIREMENTS_LIST", "REG_QWORD", "REG_INVALID_TYPE",
        ]
        | None
    ) = None  # fmt: skip


class WindowsRegistryKey(Sco, frozen=True, kw_only=True, tag="windows-registry-key"):
    """STIX 2.1 §6.17."""

    id_from = ("key", "values")

    id: Annotated[str, ref("windows-registry-key")]
    key: str | None = None
    values: Annotated[tuple[WindowsRegistryValue, ...], NON_EMPTY] = ()
    modified_time: Timestamp | None = None
    creator_user_ref: _UserRef | None = None
    number_of_subkeys: Count | None = None


class X509Certificate(Sco, frozen=True, kw_only=True, tag="x509-certificate"):
    """STIX 2.1 §6.18; the X.509 v3 extensions stay as parsed."""

    id_from = ("hashes", "serial_number")
    one_of = (
        (
            "is_self_signed", "hashes", "version", "serial_number", "signature_algorithm",
            "issuer", "validity_not_before", "validity_not_after", "subject",
            "subject_public_key_algorithm", "subject_public_key_modulus",
            "subject_public_key_exponent", "x509_v3_extensions",
        ),
    )  # fmt: skip

    id: Annotated[str, ref("x509-certificate")]
    is_self_signed: bool | None = None
    hashes: Hashes = field(default_factory=dict)
    version: str | None = None
    serial_number: str | None = None
    signature_algorithm: str | None = None
    issuer: str | None = None
    validity_not_before: Timestamp | None = None
    validity_not_after: Timestamp | None = None
    subject: str | None = None
    subject_public_key_algorithm: str | None = None
    subject_public_key_modulus: str | None = None
    subject_public_key_exponent: Integer | None = None
    x509_v3_extensions: Dictionary = field(default_factory=dict)


SCOS: tuple[type[Sco], ...] = (
    Artifact, AutonomousSystem, Directory, DomainName, EmailAddress, EmailMessage, File,
    IPv4Address, IPv6Address, MacAddress, Mutex, NetworkTraffic, Process, Software, Url,
    UserAccount, WindowsRegistryKey, X509Certificate,
)  # fmt: skip
