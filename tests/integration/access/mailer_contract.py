"""What every way to deliver mail must do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from email.message import EmailMessage

import pytest

from workbench.core.errors import Invalid, Unavailable
from workbench.core.mail import Mail, Mailer

CANARY = "c4n4ry-l1nk"


class MailerContract(ABC):
    """The tests; an adapter says how it is opened and what arrived."""

    @abstractmethod
    @pytest.fixture
    def mailer(self) -> Mailer:
        """The mailer as the settings open it."""

    @abstractmethod
    @pytest.fixture
    def arrived(self):
        """A function that answers the messages that arrived."""

    @abstractmethod
    @pytest.fixture
    def broken(self, mailer) -> Mailer:
        """The mailer, unable to deliver."""

    def test_a_mail_arrives_as_it_was_written(self, mailer, arrived):
        """One message has the recipient, the subject and the text, letters beyond ASCII included."""
        mailer.send(Mail("ann@example.org", "Zugang für Ann", f"Grüße\nhttps://x.example.org/?code={CANARY}\n"))

        (message,) = arrived()
        assert (message["To"], message["Subject"]) == ("ann@example.org", "Zugang für Ann")
        assert isinstance(message, EmailMessage)
        assert message.get_content().split() == ["Grüße", f"https://x.example.org/?code={CANARY}"]
        assert message["Auto-Submitted"] == "auto-generated"

    @pytest.mark.parametrize(
        "to",
        ["a@x.org\nBcc: eve@x.org", "a@x.org\r\n\r\nhi", "a@x.org, eve@x.org", "A <a@x.org>", "a@x.org\x00", "a", ""],
    )
    def test_an_address_adds_no_header_and_no_recipient(self, to, mailer, arrived):
        """What is not exactly one address is refused before anything is sent."""
        with pytest.raises(Invalid):
            mailer.send(Mail(to, "subject", "text"))

        assert arrived() == []

    @pytest.mark.parametrize("subject", ["a\nBcc: eve@x.org", "a\r\n\r\nbody", "a\x00", "a\u2028b"])
    def test_a_subject_adds_no_header(self, subject, mailer, arrived):
        """A subject of several lines is refused before anything is sent."""
        with pytest.raises(Invalid, match="one line"):
            mailer.send(Mail("ann@example.org", subject, "text"))

        assert arrived() == []

    def test_a_failure_does_not_repeat_the_mail(self, broken):
        """That it was not delivered is told without the link that it holds."""
        with pytest.raises(Unavailable) as caught:
            broken.send(Mail("ann@example.org", "subject", CANARY))

        assert caught.value.code == "mail_not_delivered"
        assert CANARY not in f"{caught.value} {caught.value.__cause__} {caught.value.problem()}"
