"""`workbench NOUN VERB …`: one operation, with its request's fields as arguments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from workbench.core.errors import Invalid
from workbench.core.guessing import hint

from . import arguments, index, options, printing, queue, replies

if TYPE_CHECKING:
    from workbench.core.operations import Operation


def run(session: options.Session, noun: str, argv: Sequence[str]) -> int:
    """Carry out the verb of a noun and print what it answers."""
    domain = index.domains()[noun]
    before = options.Parser(f"workbench {noun}", add_help=False)
    options.add_to(before)
    before.add_argument("-h", "--help", action="store_true")
    before.add_argument("verb", nargs="?")
    before.add_argument("rest", nargs="...")
    rest = session.take(before.parse_args(argv))
    if rest["verb"] is None or (rest["help"] and rest["verb"] not in domain.verbs):
        return printing.verbs(noun)
    if rest["verb"] not in domain.verbs:
        fix = hint(rest["verb"], domain.verbs, otherwise=f"Use {', '.join(domain.verbs)}.")
        raise Invalid(f"{noun} has no verb {rest['verb'][:60]!r}.", fix=fix, code="usage")
    op = find(domain.package, noun, rest["verb"])
    return _carry_out(session, op, [*rest["rest"], *(["--help"] if rest["help"] else [])])


def find(package: str, noun: str, verb: str) -> Operation:
    """An operation, with only its package imported."""
    from workbench.core.operations import registry

    registry.discover(only=package)
    named = [op.name for op in registry if index.verb_of(op.name) == f"{noun}.{verb}"]
    return registry[named[0] if named else f"{noun}.{verb}".replace("-", "_")]


def parser_of(op: Operation) -> options.Parser:
    """What an operation's command understands."""
    noun, _, verb = index.verb_of(op.name).partition(".")
    parser = options.Parser(f"workbench {noun} {verb}", description=op.help)
    arguments.add_fields(parser, op)
    if op.takes == "arrow":
        parser.add_argument("--input", required=True, metavar="FILE", help="Parquet, CSV or Arrow IPC; - for Arrow IPC")
    if op.gives == "arrow":
        parser.add_argument("--format", choices=("table", "csv", "json", "parquet"), help="default table")
    if op.gives != "json":
        parser.add_argument("--output", metavar="FILE", help="where to write; - for standard output")
    options.add_to(parser)
    return parser


def _carry_out(session: options.Session, op: Operation, argv: Sequence[str]) -> int:
    given = session.take(parser_of(op).parse_args(argv))
    carried: dict[str, Any] = {
        name: given.pop(name, None)
        for name, used in (
            ("input", op.takes == "arrow"),
            ("format", op.gives == "arrow"),
            ("output", op.gives != "json"),
        )
        if used
    }
    fields = arguments.values(op, given)
    if op.takes == "json" and op.gives == "json":
        if op.name in queue.FILLED_BY:
            queue.check(session, instead="use `workbench run` to run it here")
        return replies.say(op.name, session.caller.call(op.name, **fields), session.caller, as_json=session.json)
    from . import data

    body = data.opened(carried["input"]) if op.takes == "arrow" else None
    answer = session.caller.stream(op.name, body, **fields)
    if op.gives == "json":
        printing.reply(answer, as_json=session.json)
    elif op.gives == "file":
        data.keep(answer, carried["output"])
    else:
        data.show(answer, carried["format"] or ("json" if session.json else None), carried["output"])
    return 0
