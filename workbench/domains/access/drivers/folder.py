"""Mail that is kept in a folder, to develop with and to look at before a mail server is set up."""

from __future__ import annotations

import os
from pathlib import Path
from typing import ClassVar

from workbench.core.errors import Unavailable
from workbench.core.ids import new_id
from workbench.core.mail import Mail

from .message import message

SENDER = "workbench@localhost"


class FolderMailer:
    """Writes each mail to a file of its own that only the home's owner reads; names sort by age."""

    reaches_people: ClassVar[bool] = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, mail: Mail) -> None:
        """Write a mail.

        Raises:
            Unavailable: the folder cannot be written.
        """
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            name = self.folder / f"{new_id()}.eml"
            with os.fdopen(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(bytes(message(mail, SENDER)))
        except OSError as error:
            raise Unavailable(
                f"The folder {self.folder} takes no mail: {error.strerror}.",
                fix="Make it writable for the server.",
                code="mail_not_delivered",
            ) from None
