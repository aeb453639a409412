"""papermill's ways to give parameters on a command line."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from workbench.core.errors import Invalid

# How many values follow each flag; they are taken as they are, since `-p note -x` is a fine note.
FLAGS = {
    "-p": 2, "--parameters": 2, "-r": 2, "--parameters_raw": 2, "--parameters-raw": 2,
    "-y": 1, "--parameters_yaml": 1, "--parameters-yaml": 1,
    "-b": 1, "--parameters_base64": 1, "--parameters-base64": 1,
    "-f": 1, "--parameters_file": 1, "--parameters-file": 1,
}  # fmt: skip
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass
class Parameters:
    """What was given: `values` of JSON's types, and `texts` to be read by the declared types."""

    values: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    def filled(self, path: str) -> str:
        """A path in which `{name}` stands for a parameter, as papermill has it; any other brace is refused.

        Raises:
            Invalid: a name in braces is no parameter that was given, or its value would lead elsewhere.
        """

        def value(found: re.Match[str]) -> str:
            name = found[1]
            text = str(self.texts.get(name, self.values.get(name, "/")))
            if "/" in text or "\0" in text or len(text) > 200:
                raise _bad_path(path, f"{{{name}}} is no given parameter that may stand in a path")
            return text

        filled = _PLACEHOLDER.sub(value, path)
        if "{" in _PLACEHOLDER.sub("", path) or "}" in _PLACEHOLDER.sub("", path):
            raise _bad_path(path, "it has braces in it")
        return filled


def taken(argv: Sequence[str]) -> tuple[Parameters, list[str]]:
    """The parameters in a command line, and what else stands in it.

    As with papermill, later kinds win over earlier ones: Base64, files, YAML, `-p`, `-r`.

    Raises:
        Invalid: a flag lacks a value, or a value is not what it should be.
    """
    given, rest = _sorted_out(argv)
    found = Parameters()
    for letter, read in _SOURCES.items():
        for (source,) in given[letter]:
            found.values |= read(source)
    for name, text in given["p"]:
        found.values.pop(name, None)
        found.texts[name] = text
    for name, raw in given["r"]:
        found.texts.pop(name, None)
        found.values[name] = raw
    return found, rest


def _sorted_out(argv: Sequence[str]) -> tuple[dict[str, list[Sequence[str]]], list[str]]:
    """What follows each kind of parameter flag, by its letter, and the other words."""
    given: dict[str, list[Sequence[str]]] = {letter: [] for letter in "bfypr"}
    rest: list[str] = []
    words = iter(argv)
    for word in words:
        flag, equals, inline = word.partition("=")
        if word == "--":
            rest += [word, *words]
        elif word in FLAGS:
            given[_letter(word)].append(_following(words, word, FLAGS[word]))
        elif equals and FLAGS.get(flag) == 1 and flag.startswith("--"):
            given[_letter(flag)].append((inline,))
        else:
            rest.append(word)
    return given, rest


def _letter(flag: str) -> str:
    long = flag.removeprefix("--parameters").lstrip("-_")
    return flag[1] if not flag.startswith("--") else long[0] if long else "p"


def _following(words: Iterator[str], flag: str, number: int) -> Sequence[str]:
    values = list(islice(words, number))
    if len(values) < number:
        wanted = "a name and a value" if number == 2 else "a value"
        raise Invalid(f"{flag} wants {wanted}.", fix="See `workbench run --help`.", code="usage")
    return values


def _base64(source: str) -> dict[str, Any]:
    try:
        text = base64.b64decode(source, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise Invalid("-b is not Base64 of YAML.", fix="Encode it with `base64 -w0 parameters.yaml`.") from None
    return _yaml("-b", text)


def _file(source: str) -> dict[str, Any]:
    try:
        text = Path(source).expanduser().read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise Invalid(f"-f {source} cannot be read: {reason}.", fix="Check the path.") from None
    return _yaml(f"-f {source}", text)


def _text(source: str) -> dict[str, Any]:
    return _yaml("-y", source)


_SOURCES: dict[str, Callable[[str], dict[str, Any]]] = {"b": _base64, "f": _file, "y": _text}


def _yaml(what: str, text: str) -> dict[str, Any]:
    import yaml

    class Loader(yaml.SafeLoader):  # type: ignore[misc]
        """As papermill has it: what looks like a date stays text, which JSON can hold."""

        yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's name
            first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
            for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    try:
        found = yaml.load(text, Loader=Loader)  # noqa: S506 - a safe loader, less dates
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise Invalid(f"{what} is not YAML: {reason}.", fix="Write it as `name: value`.") from None
    if found is None:
        return {}
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        raise Invalid(f"{what} holds no names and values.", fix="Write it as `name: value`.")
    return found


def _bad_path(path: str, reason: str) -> Invalid:
    return Invalid(f"The path {path[:200]!r} cannot be used: {reason}.", fix="Write the path out.", code="bad_path")
