"""A real SMTP server on loopback that keeps what it takes."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

from workbench.core.settings import Settings

HOST = "127.0.0.1"
USER, PASSWORD = "workbench", "c4n4ry-smtp-p4ssw0rd"


@dataclass
class MailServer:
    """What arrived, and whether over TLS; when `refusing`, the server repeats in its answer what it does not take."""

    port: int
    ca_file: Path
    messages: list[EmailMessage] = field(default_factory=list)
    secure: list[bool] = field(default_factory=list)
    refusing: bool = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        """Take a message."""
        content = bytes(envelope.original_content or b"")
        if self.refusing:
            return f"554 no: {content[-60:].decode(errors='replace')!r}"
        self.messages.append(message_from_bytes(content, policy=policy.default))  # type: ignore[arg-type]
        self.secure.append(session.ssl is not None)
        return "250 OK"


def _authenticated(server: Any, session: Any, envelope: Any, mechanism: str, data: LoginPassword) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()), handled=False)


@contextmanager
def serving(folder: Path) -> Iterator[MailServer]:
    """A server with STARTTLS that takes mail from who signed in only."""
    certificate = _certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    server = MailServer(port, certificate)
    controller = Controller(
        server, hostname=HOST, port=port, tls_context=context, require_starttls=True,
        authenticator=_authenticated, auth_required=True,
        auth_exclude_mechanism=["LOGIN"],  # smtplib and this server wait for each other after a refusal of it
    )  # fmt: skip
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


def mailing(settings: Settings, server: MailServer) -> Settings:
    """The settings of a home that sends mail by a server, and knows where people reach it."""
    server.messages.clear()
    server.refusing = False
    return replace(
        settings, smtp_host=HOST, smtp_port=server.port, smtp_ca_file=str(server.ca_file), smtp_user=USER,
        smtp_password=PASSWORD, smtp_from="workbench@example.org", public_url="https://data.example.org/",
    )  # fmt: skip


def _certificate(folder: Path) -> Path:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "mail.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path
