"""What proves to an API who asks, and to us that it is the API."""

from __future__ import annotations

import ssl

import httpx

from workbench.core.errors import Invalid

from .http_config import HttpJsonConfig
from .reach import Reach


def credentials(config: HttpJsonConfig) -> dict[str, str]:
    """The headers of every request.

    Raises:
        Invalid: the secret that the authentication needs is not set, or cannot be in a header.
    """
    headers = dict(config.headers)
    if config.auth == "bearer":
        headers["Authorization"] = f"Bearer {_needed(config, 'token')}"
    if config.auth == "api_key":
        headers[config.api_key_header] = _needed(config, "api_key")
    return headers


def basic(config: HttpJsonConfig) -> httpx.BasicAuth | None:
    """User name and password, where the API wants them.

    Raises:
        Invalid: one of them is missing.
    """
    if config.auth != "basic":
        return None
    if not config.username:
        raise Invalid("basic needs a user name.", fix="Set username.", code="setting_missing")
    return httpx.BasicAuth(config.username, _needed(config, "password"))


def _needed(config: HttpJsonConfig, name: str) -> str:
    value = getattr(config, name)
    text = value.get_secret_value() if value else ""
    if not text:
        raise Invalid(
            f"The authentication {config.auth} needs the secret {name}.", fix=f"Set {name}.", code="secret_missing"
        )
    if not text.isascii() or not text.isprintable():
        raise Invalid(
            f"The secret {name} has characters that a header cannot carry.", fix=f"Set {name} again.", code="secret_bad"
        )
    return str(text)


def trust(config: HttpJsonConfig, reach: Reach) -> ssl.SSLContext | bool:
    """The certificates that are trusted: the usual ones, or those of a file.

    Raises:
        Invalid: the file holds none, or may not be read.
    """
    if config.ca_file is None:
        return True
    reach.path(config.ca_file, "/config/ca_file")
    try:
        return ssl.create_default_context(cafile=config.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise Invalid(
            f"{config.ca_file} is not a file of certificates: {error}.", fix="Give a PEM file.", code="certificate"
        ) from None
