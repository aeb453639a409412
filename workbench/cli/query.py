"""`workbench query "SELECT …"`: SQL over the workspace's tables."""

from __future__ import annotations

from collections.abc import Sequence

from . import arguments, data, options


def query(session: options.Session, argv: Sequence[str]) -> int:
    """Print what a SELECT answers."""
    made = options.Parser("workbench query", description="SQL over the workspace's tables: exactly one SELECT.")
    made.add_argument("sql", help="the statement; @FILE, or - for standard input")
    made.add_argument("--format", choices=("table", "csv", "json", "parquet"), help="default table")
    made.add_argument("--output", metavar="FILE", help="where to write; - for standard output")
    options.add_to(made)
    given = session.take(made.parse_args(argv))
    reader = session.caller.stream("queries.run", sql=arguments.content("sql", given["sql"]))
    data.show(reader, given["format"] or ("json" if session.json else None), given["output"])
    return 0
