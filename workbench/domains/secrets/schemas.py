"""Requests and replies about secrets and keys; no reply holds one."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field, SecretStr

from workbench.core.schemas import Key, Request, View

LONGEST = 65_536
LONGEST_GRACE_HOURS = 24 * 90


class NameSecret(Request):
    """Names a secret field of an object."""

    object: Key
    field: str = Field(min_length=1, max_length=100, description="The object's field, such as `password`.")


class SetSecret(NameSecret):
    """Sets one field of an object to a secret."""

    secret: SecretStr = Field(min_length=1, max_length=LONGEST, description="What nobody will be shown again.")


class RotateSecret(SetSecret):
    """Sets a new secret while the one before still counts for a while."""

    grace_hours: float | None = Field(
        default=None, gt=0, le=LONGEST_GRACE_HOURS,
        description="How long the one before still counts; the setting `secret_grace_hours` when left out.",
    )  # fmt: skip


class ReferToSecret(NameSecret):
    """Has another store keep a secret."""

    ref: str = Field(max_length=800, description="store:path#field.", examples=["vault:kv/data/crm#password"])


class SecretView(View):
    """That a secret is set; never what it is."""

    object_id: UUID
    field: str
    set: bool = True
    ref: str | None = Field(default=None, description="Where another store keeps it.")
    previous_until: datetime | None = Field(default=None, description="Until when the one before counts too.")


class RetiredSecret(View):
    """Whether there was an earlier value to forget."""

    object_id: UUID
    field: str
    retired: bool


class ListKeys(Request):
    """Asks for the keys that encrypt secrets."""


class RotateKey(Request):
    """Asks for a new key that wraps all secrets."""

    resume: bool = Field(default=False, description="Make no new key; finish what an interrupted rotation left.")


class KeyView(View):
    """A key, by its id: whether it is `current`, `older` or `missing`, and how many secrets it wraps."""

    listed: ClassVar = ("id", "state", "secrets")

    id: str
    state: str
    secrets: int


class KeyList(View):
    """The keys and where they come from; a rotation is done when only the current one wraps secrets."""

    source: str
    items: list[KeyView]


class KeyRotation(View):
    """How a rotation went."""

    key: str = Field(description="The id of the key that encrypts now.")
    rewrapped: int = Field(description="Secrets whose data keys it wraps anew.")
    unreadable: int = Field(description="Secrets that no key opens; set them again.")
    retired: list[str] = Field(description="The ids of the keys that were removed, since no secret needs them.")
