"""Requests and replies about secrets; no reply holds one."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field, SecretStr

from workbench.core.schemas import Key, Request, View

LONGEST = 65_536


class SetSecret(Request):
    """Sets one field of an object to a secret."""

    object: Key
    field: str = Field(min_length=1, max_length=100, description="The object's field, such as `password`.")
    secret: SecretStr = Field(min_length=1, max_length=LONGEST, description="What nobody will be shown again.")


class SecretView(View):
    """That a secret is set; never what it is."""

    object_id: UUID
    field: str
    set: bool = True
