"""Hashes passwords with argon2id, a bounded number at a time, and refuses weak ones."""

from __future__ import annotations

import re
import secrets
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from workbench.core.errors import Invalid

if TYPE_CHECKING:
    from argon2 import PasswordHasher

    from workbench.core.pools import Pools
    from workbench.domains.access.models import User

SHORTEST, RATED, ENOUGH = 8, 72, 3  # characters; characters that are rated; of zxcvbn's scores 0 to 4


@cache
def hasher() -> PasswordHasher:
    """Argon2id with 19 MiB, two passes and one lane."""
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hashed(pools: Pools, password: str) -> str:
    """What is kept of a password.

    Raises:
        Throttled: too many wait for a hash.
    """
    made: str = pools.passwords.submit(hasher().hash, _normal(password)).result()
    return made


def verified(pools: Pools, kept: str | None, password: str) -> bool:
    """Whether a password is the one that `kept` is of; without one, as much work is done for nothing.

    Raises:
        Throttled: too many wait for a hash.
    """
    found: bool = pools.passwords.submit(_verify, kept, _normal(password)).result()
    return found


def outdated(kept: str) -> bool:
    """Whether a hash was made with other parameters than are used now."""
    return hasher().check_needs_rehash(kept)


def _verify(kept: str | None, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    decoy = _decoy()  # made in any case, so that the first stranger does not wait longer than the first person
    try:
        hasher().verify(kept or decoy, password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


@cache
def _decoy() -> str:
    return hasher().hash(secrets.token_urlsafe(16))


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def generated() -> str:
    """A password nobody guesses."""
    return secrets.token_urlsafe(15)


def check_strength(password: str, user: User, pointer: str = "/password") -> None:
    """Refuse a password that is short or soon guessed; no kinds of characters are asked for.

    Raises:
        Invalid: says in words why.
    """
    reason, advice = _weakness(_normal(password), [user.name, user.display_name])
    if reason:
        raise Invalid(
            f"This password is too weak: {reason}",
            fix=advice,
            code="password_weak",
            errors=[{"pointer": pointer, "message": reason}],
        )


def _weakness(password: str, names: list[str]) -> tuple[str, str]:
    advice = "Take 15 characters or more, such as four words that have nothing to do with each other."
    if len(password) < SHORTEST:
        return f"it has fewer than {SHORTEST} characters.", advice
    from zxcvbn import zxcvbn  # type: ignore[import-untyped]

    parts = [part for name in names for part in [name, *re.split(r"[^\w]+", name)] if len(part) > 2]
    found = zxcvbn(password[:RATED], user_inputs=[*parts, "workbench", "jupyter"])
    if found["score"] >= ENOUGH:
        return "", ""
    said = found["feedback"]
    reason = said["warning"] or "it would soon be guessed."
    return f"{reason.rstrip('.')}.", " ".join(said["suggestions"]) or advice
