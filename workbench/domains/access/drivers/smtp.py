"""Mail by an SMTP server."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from typing import ClassVar, Literal, Self

from workbench.core.errors import Invalid, Unavailable
from workbench.core.mail import Mail, address
from workbench.core.settings import Settings

from .message import message

ANSWER_SECONDS = 20.0
SECURITY = ("starttls", "tls", "none")


@dataclass(frozen=True)
class SmtpMailer:
    """Hands each mail to a server over a connection of its own; without `tls` or `starttls` nobody signs in."""

    reaches_people: ClassVar[bool] = True

    host: str
    port: int
    sender: str
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str | None = None

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The mailer that the settings describe.

        Raises:
            Invalid: one is wrong or missing, or a password would be sent in the clear.
        """
        if settings.smtp_security not in SECURITY:
            raise Invalid(
                f"The setting smtp_security is {settings.smtp_security!r}.",
                fix=f"Use one of {', '.join(SECURITY)}.",
                code="bad_config",
            )
        if settings.smtp_security == "none" and settings.smtp_user:
            raise Invalid(
                "The password of the mail server would be sent in the clear.",
                fix="Set smtp_security to starttls or tls, or remove smtp_user.",
                code="bad_config",
            )
        return cls(
            settings.smtp_host, settings.smtp_port, address(settings.smtp_from), settings.smtp_security,  # type: ignore[arg-type]
            settings.smtp_user, settings.smtp_password, settings.smtp_ca_file or None,
        )  # fmt: skip

    def send(self, mail: Mail) -> None:
        """Hand a mail to the server.

        Raises:
            Unavailable: it does not answer or did not take it; its own words, which may repeat ours, are left out.
        """
        try:
            with self._connected() as server:
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(message(mail, self.sender), self.sender, [mail.to])
        except (OSError, smtplib.SMTPException) as error:
            answer = getattr(error, "smtp_code", None)
            raise Unavailable(
                f"The mail server {self.host}:{self.port} did not take a mail: {type(error).__name__}"
                f"{f' ({answer})' if answer else ''}.",
                fix="Check the settings that begin with smtp_ and that the server runs.",
                code="mail_not_delivered",
            ) from None

    def _connected(self) -> smtplib.SMTP:
        if self.security == "none":
            return smtplib.SMTP(self.host, self.port, timeout=ANSWER_SECONDS)
        trusted = ssl.create_default_context(cafile=self.ca_file)
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=ANSWER_SECONDS, context=trusted)
        server = smtplib.SMTP(self.host, self.port, timeout=ANSWER_SECONDS)
        try:
            server.starttls(context=trusted)
        except BaseException:
            server.close()
            raise
        return server
