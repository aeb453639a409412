"""What `--help` shows: a generated list of the operations, so that none has to be imported for it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

PATH = Path(__file__).parent.parent / "_index.json"


@dataclass(frozen=True, slots=True)
class Domain:
    """A noun of the command line: the package that declares its operations, and its verbs with a line of help each."""

    package: str
    help: str
    verbs: dict[str, str]


@cache
def domains() -> dict[str, Domain]:
    """All nouns by name."""
    found: dict[str, dict[str, Any]] = json.loads(PATH.read_text(encoding="utf-8"))["domains"]
    return {name: Domain(**entry) for name, entry in found.items()}


def verb_of(name: str) -> str:
    """How an operation's last part is typed: `start_notebook` is `start-notebook`."""
    return name.replace("_", "-")


def make(registry: Any) -> dict[str, Any]:
    """The index of a registry whose operations are all known."""
    found: dict[str, dict[str, Any]] = {}
    for op in sorted(registry, key=lambda op: op.name):
        noun, _, verb = op.name.partition(".")
        package = op.run.__module__.split(".")[-2]
        entry = found.setdefault(
            verb_of(noun), {"package": package, "help": _glossary(op.run.__module__, noun), "verbs": {}}
        )
        entry["verbs"][verb_of(verb)] = op.help.splitlines()[0]
    return {"domains": found}


def _glossary(module: str, noun: str) -> str:
    """What the domain's glossary says of a noun, else the domain's first sentence."""
    import importlib

    text = (importlib.import_module(module.rpartition(".")[0]).__doc__ or "").strip()
    term = noun.replace("_", " ").removesuffix("s")
    for line in text.splitlines()[1:]:
        word, _, meaning = line.partition("  ")
        if meaning and word.strip().removesuffix("s") == term:
            return meaning.strip()
    return text.partition("\n")[0]
