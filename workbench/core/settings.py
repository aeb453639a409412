"""One frozen object inside; files, environment and traits stay at the edge."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_type_hints

from .errors import Invalid

MIB = 1024 * 1024
GIB = 1024 * MIB
PREFIX = "WORKBENCH_"
HERE = Path()
FOLDERS = frozenset({"files_roots", "sandbox_readable"})
ORIGINS = frozenset({"frame_origins"})
ORIGIN = re.compile(r"https?://([a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(:[0-9]{1,5})?")
BOOLEANS = {"1": True, "true": True, "0": False, "false": False}


def _help(text: str, default: Any, *, secret: bool = False) -> Any:
    return field(default=default, metadata={"help": text, "secret": secret}, repr=not secret)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that can be configured; sizes are in bytes and times in seconds unless the name says otherwise."""

    home: Path = _help("The folder that holds everything.", HERE)
    database_url: str = _help("SQLAlchemy URL of the metadata database; SQLite within the home when empty.", "")
    root: Path = _help("The folder that notebooks may be registered from.", HERE)
    workspace: str = _help("The workspace meant when none is named.", "default")
    team: bool = _help("Whether people sign in with accounts, and no code of theirs runs outside a sandbox.", False)
    allow_unsandboxed: bool = _help("Let people's code run outside a sandbox, with all rights of the server.", False)
    sandbox_memory_bytes: int = _help("Memory that one sandbox may hold; 0 for no limit, likewise below.", 4 * GIB)
    sandbox_processes: int = _help("Processes and threads that one sandbox may have.", 512)
    sandbox_cpu_seconds: int = _help("Processor time that one process in a sandbox may use.", 24 * 3600)
    sandbox_file_bytes: int = _help("The largest file that code in a sandbox may write.", 4 * GIB)
    sandbox_disk_bytes: int = _help("What one sandbox may add to its folder.", 8 * GIB)
    sandbox_readable: tuple[Path, ...] = _help("More folders that code in a sandbox may read, such as kernels'.", ())
    session_idle_minutes: float = _help("Minutes without a request after which people sign in again.", 30.0)
    session_hours: float = _help("Hours after which people sign in again in any case.", 12.0)
    public_url: str = _help("Where people reach the server, for links in mails, such as https://data.example.org/.", "")
    smtp_host: str = _help("The server that delivers mail; without one, mail is kept in home/mail.", "")
    smtp_port: int = _help("Its port.", 587)
    smtp_security: str = _help(
        "starttls, tls (usually port 465), or none, with which nobody signs in there.", "starttls"
    )
    smtp_ca_file: str = _help("PEM file of the authority that signs its certificate, where that is your own.", "")
    smtp_user: str = _help("By whom the workbench signs in to it; not at all when empty.", "")
    smtp_password: str = _help("With which password.", "", secret=True)
    smtp_from: str = _help("The address that mail comes from.", "")
    trust_proxy: bool = _help("Believe a proxy before the server about whom it asks for (X-Forwarded-For).", False)
    hosts: str = _help("Further names under which the server is reached, with commas between them.", "")
    cors_origins: str = _help("Origins of other sites whose pages may call the API, with commas between them.", "")
    frame_origins: tuple[str, ...] = _help(
        "Origins of other sites whose pages may show a dashboard in a frame; they must be of our own domain.", ()
    )
    redis_url: str = _help("Redis that counts requests for several servers; each counts alone when empty.", "")
    requests_per_minute: int = _help("How many API requests a person may send to a team's server.", 3000)
    slots: int = _help("How many runs may execute at once on this machine.", max(2, os.cpu_count() or 2))
    apps: int = _help("How many apps may be open at once on this server; each is a process.", 8)
    app_idle_seconds: float = _help("How long an app that nobody looks at is kept.", 300.0)
    queued_runs: int = _help("How many runs of one person may wait at once in a team home.", 100)
    executor: bool = _help("Whether this server takes queued runs.", True)
    run_seconds: float = _help("The longest a run may take.", 24 * 3600.0)
    cell_output_bytes: int = _help("Output kept of one cell.", 5 * MIB)
    run_output_bytes: int = _help("Output kept of one run.", 50 * MIB)
    notebook_bytes: int = _help("The largest notebook accepted.", 20 * MIB)
    body_bytes: int = _help("The largest JSON body accepted.", 25 * MIB)
    stream_bytes: int = _help("The largest Arrow stream accepted.", 16 * 1024 * MIB)
    query_seconds: float = _help("The longest a SQL query may take.", 30.0)
    query_bytes: int = _help("Memory that a SQL query may use.", 1024 * MIB)
    lease_seconds: float = _help("How long a run goes on without reaching the database; then it ends itself.", 30.0)
    attempts: int = _help("How often a run is tried when its process is lost.", 3)
    files_roots: tuple[Path, ...] | None = _help(
        "Folders that file connectors may read; when unset any, in team mode home/files/WORKSPACE.", None
    )
    connector_hosts: tuple[str, ...] = _help(
        "Private hosts, addresses and networks that connectors may reach in team mode.", ()
    )
    secret_grace_hours: float = _help("Hours for which a rotated secret's value before counts too.", 24.0)
    vault_url: str = _help("Address of a HashiCorp Vault or OpenBao that keeps secrets.", "")
    vault_ca_file: str = _help("PEM file of the authority that signs the vault's certificate.", "")
    vault_role_id: str = _help("AppRole by which the workbench signs in to the vault; with a token when empty.", "")
    vault_prefix: str = _help("What paths in the vault begin with, per workspace.", "kv/data/workbench/{workspace}/")
    kubernetes_namespace: str = _help("Where Kubernetes secrets are; the workbench's own namespace when empty.", "")
    kubernetes_prefix: str = _help(
        "What names of Kubernetes secrets begin with; _ is - there.", "workbench.{workspace}."
    )
    mounted_folder: str = _help("Folder in which secrets are mounted as files.", "")
    mounted_prefix: str = _help("What paths in mounted_folder begin with, per workspace.", "{workspace}/")
    retain_runs_days: int = _help("Days that runs and their outputs are kept.", 90)
    retain_events_days: int = _help("Days that events are kept.", 30)
    retain_staged_hours: int = _help("Hours that staged files of unfinished work are kept.", 24)
    log_level: str = _help("DEBUG, INFO, WARNING or ERROR.", "INFO")
    origins: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), compare=False, repr=False)

    @cached_property
    def metadata_url(self) -> str:
        """Where the metadata are, as a SQLAlchemy URL."""
        return self.database_url or f"sqlite:///{self.home / 'workbench.db'}"

    @property
    def sandboxed(self) -> bool:
        """Whether people's code runs in sandboxes."""
        return self.team and not self.allow_unsandboxed

    @cached_property
    def keys_dir(self) -> Path:
        return self.home / "keys"

    @cached_property
    def store_dir(self) -> Path:
        return self.home / "store"

    @cached_property
    def runs_dir(self) -> Path:
        return self.home / "runs"

    @cached_property
    def files_dir(self) -> Path:
        """Where a team home keeps people's notebooks and files, in a folder for each workspace."""
        return self.home / "files"

    @cached_property
    def slots_dir(self) -> Path:
        return self.home / "slots"


def told(settings: Settings) -> list[dict[str, str]]:
    """The settings in force as rows of name, value, origin and help; secrets are only said to be set."""
    from .secrets import HIDDEN, mask

    return [
        {
            "name": item.name,
            "value": HIDDEN if item.name in SECRET and value else mask(_written(value)),
            "origin": settings.origins.get(item.name, "default"),
            "help": item.metadata["help"],
        }
        for item in fields(settings)
        for value in (getattr(settings, item.name),)
        if item.name != "origins"
    ]


def _written(value: Any) -> str:
    """A value as the environment would give it."""
    if isinstance(value, tuple):
        return (os.pathsep if any(isinstance(each, Path) for each in value) else ",").join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


SECRET = frozenset(item.name for item in fields(Settings) if item.metadata.get("secret"))


def default_home() -> Path:
    """Where a person's home is when nobody says otherwise."""
    import platformdirs

    return Path(platformdirs.user_data_dir("jupyter-workbench"))


def load(given: Mapping[str, Any] | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings in force: what is `given`, else the environment, else the home's config.toml, else the default.

    Raises:
        Invalid: a value is of the wrong type or a name in the file is unknown.
    """
    given = {name: value for name, value in (given or {}).items() if value is not None}
    home = Path(given.get("home") or environ.get(PREFIX + "HOME") or default_home()).expanduser().absolute()
    values: dict[str, Any] = {"home": home, "root": Path.cwd()}
    origins = {"home": "given" if given.get("home") else "environment" if PREFIX + "HOME" in environ else "default"}
    sources = (("config.toml", _file(home / "config.toml")), ("environment", _environment(environ)), ("given", given))
    for origin, source in sources:
        for name, value in source.items():
            if name != "home":
                values[name] = _typed(name, value, origin)
                if name in SECRET:
                    from .secrets import know  # it imports much, and secrets are rare

                    know(values[name])
                origins[name] = origin
    return Settings(**values, origins=MappingProxyType(origins))


def _file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        found = tomllib.loads(path.read_text())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"{path} is not TOML: {error}", fix="Mend or remove the file.", code="bad_config") from error
    if unknown := found.keys() - _types().keys():
        raise Invalid(
            f"{path} sets {', '.join(sorted(unknown))}, which nobody knows.",
            fix=f"Known are: {', '.join(sorted(_types()))}.",
            code="bad_config",
        )
    return found


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    found = {name: environ.get(PREFIX + name.upper()) for name in _types() if name != "home"}
    return {name: value for name, value in found.items() if value}


def _types() -> dict[str, Any]:
    hints = get_type_hints(Settings)
    return {item.name: hints[item.name] for item in fields(Settings) if item.name != "origins"}


def _typed(name: str, value: Any, origin: str) -> Any:
    wanted = _types()[name]
    try:
        if wanted is bool:
            return value if isinstance(value, bool) else BOOLEANS[value.lower()]
        if name in FOLDERS:
            parts = value.split(os.pathsep) if isinstance(value, str) else value
            return tuple(Path(part).expanduser().resolve() for part in parts)
        if wanted == tuple[str, ...]:
            parts = [part.strip() for part in (value.split(",") if isinstance(value, str) else value) if part.strip()]
            return tuple(map(_origin, parts) if name in ORIGINS else parts)
        number = wanted(value)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        shown = "not shown" if name in SECRET else repr(value)
        raise Invalid(
            f"The setting {name} is {shown} ({origin}), which is not a {getattr(wanted, '__name__', wanted)}.",
            fix=f"Correct it, or remove it to use {getattr(Settings, name, None)!r}.",
            code="bad_config",
        ) from error
    if wanted in (int, float) and number < 0:
        raise Invalid(f"The setting {name} is {number} ({origin}); it cannot be negative.", code="bad_config")
    return number


def _origin(text: str) -> str:
    """A text as the origin that it is; it goes into headers, so nothing else is let through.

    Raises:
        Invalid: it is none.
    """
    found = text.lower().removesuffix("/")
    if not ORIGIN.fullmatch(found):
        raise Invalid(
            f"{text!r} is not an origin.",
            fix="Write scheme, host and port, such as https://intranet.example.org or http://localhost:8080.",
            code="bad_config",
        )
    return found
