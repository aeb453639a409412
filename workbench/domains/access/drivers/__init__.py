"""Ways to deliver mail, each imported only where the settings ask for it."""

from __future__ import annotations

from workbench.core.mail import Mailer
from workbench.core.settings import Settings


def open_mailer(settings: Settings) -> Mailer:
    """The mailer that the settings describe: an SMTP server, or the folder `mail` of the home where none is named.

    Raises:
        Invalid: a setting of the SMTP server is wrong or missing.
    """
    if settings.smtp_host:
        from .smtp import SmtpMailer

        return SmtpMailer.of(settings)
    from .folder import FolderMailer

    return FolderMailer(settings.home / "mail")


__all__ = ["open_mailer"]
