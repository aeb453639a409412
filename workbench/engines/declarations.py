"""What a notebook's parameters cell declares, read without executing it."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from .injection import Moment

if TYPE_CHECKING:
    from nbformat import NotebookNode

TAG = "parameters"
LONGEST_CELL = 200_000
_MAGIC = re.compile(r"^(\s*)([%!?].*|\S.*\?)$")
_TYPE_COMMENT = re.compile(r"^type:\s*(?P<annotation>[^#]+?)\s*(#\s*(?P<help>.*))?$")
_MOMENTS = {
    "datetime.date": date, "date": date, "datetime.datetime": datetime, "datetime": datetime,
    "pandas.Timestamp": datetime, "Timestamp": datetime,
}  # fmt: skip


@dataclass(frozen=True)
class Declaration:
    """One parameter: its name, and the code of its annotation and its default as far as there is any."""

    name: str
    line: int
    annotation: ast.expr | None = None
    value: ast.expr | None = None
    help: str = ""
    computed: bool = False
    """Whether the default is the outcome of more than one assignment."""


@dataclass(frozen=True)
class Names:
    """How the notebook's imports call things: local name to qualified name."""

    imported: Mapping[str, str]

    def qualified(self, expression: ast.expr | None) -> str:
        """The full name that a dotted name stands for; empty for any other expression."""
        spelled = dotted(expression)
        head, dot, rest = spelled.partition(".")
        return self.imported.get(head, head) + dot + rest

    def moment(self, expression: ast.expr | None) -> type[date] | None:
        """The class that the expression names, if it is date or datetime."""
        spelled, qualified = dotted(expression), self.qualified(expression)
        # `datetime` alone is the class unless the notebook has imported the module by that name.
        if spelled == qualified == "datetime" and "datetime" in self.imported:
            return None
        return _MOMENTS.get(qualified)

    def spelling(self, expression: ast.expr | None) -> str:
        """The expression as it is written, if an import proves that it will mean the same in the next cell."""
        spelled = dotted(expression)
        return spelled if spelled.partition(".")[0] in self.imported else ""


def dotted(expression: ast.expr | None) -> str:
    """A name or attribute as text, such as `dt.date`; empty for any other expression."""
    if isinstance(expression, ast.Name):
        return expression.id
    if isinstance(expression, ast.Attribute) and (base := dotted(expression.value)):
        return f"{base}.{expression.attr}"
    return ""


def tagged_cells(nb: NotebookNode, tag: str = TAG) -> list[int]:
    """The places of the code cells that have a tag."""
    return [
        place
        for place, cell in enumerate(nb.cells)
        if cell.cell_type == "code" and tag in cell.metadata.get("tags", [])
    ]


def declared_in(nb: NotebookNode, tag: str = TAG) -> tuple[list[Declaration], Names]:
    """What a Python notebook's first cell with a tag declares, in the order in which it stands.

    Raises:
        SyntaxError: that cell is not Python.
    """
    cells = tagged_cells(nb, tag)
    if not cells:
        return [], Names({})
    return declarations(nb.cells[cells[0]].source), imports(nb, upto=cells[0])


def declarations(source: str) -> list[Declaration]:
    """The names that a cell assigns.

    Raises:
        SyntaxError: the cell is not Python, even without its magics.
    """
    text, tree = _parse(source)
    comments = _comments(text)
    found: dict[str, Declaration] = {}
    for statement in tree.body:
        for name, annotation, value in _assigned(statement):
            help_, hinted = _help(statement, comments)
            again = found.get(name)
            found[name] = Declaration(
                name=name,
                line=statement.lineno,
                annotation=annotation or hinted or (again.annotation if again else None),
                value=value,
                help=help_ or (again.help if again else ""),
            )
        if isinstance(statement, ast.AugAssign) and (again := found.get(dotted(statement.target))):
            found[again.name] = replace(again, value=statement.value, computed=True)
    return [one for one in found.values() if one.name != "_"]


def imports(nb: NotebookNode, upto: int) -> Names:
    """What the code cells up to and including place `upto` import by name."""
    found: dict[str, str] = {}
    for cell in nb.cells[: upto + 1]:
        if cell.cell_type != "code":
            continue
        try:
            body = _parse(cell.source)[1].body
        except SyntaxError:
            continue
        for statement in body:
            found |= _imported(statement)
    return Names(found)


def moments(nb: NotebookNode, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as the notebook expects them: ISO text becomes a date where the notebook declares a date.

    Where the declared default is itself text, text is what the notebook expects, and text stays.
    """
    try:
        declared, names = declared_in(nb)
    except SyntaxError:
        return dict(parameters)
    by_name = {one.name: one for one in declared}
    return {
        name: _moment(value, by_name[name], names) if name in by_name else value for name, value in parameters.items()
    }


def _moment(value: Any, declared: Declaration, names: Names) -> Any:
    if any(isinstance(node, ast.Constant) and isinstance(node.value, str) for node in _elements(declared.value)):
        return value
    for expression in _types(declared):
        if kind := names.moment(expression):
            return _converted(value, kind, names.spelling(expression))
    return value


def _elements(value: ast.expr | None) -> list[ast.expr]:
    return list(value.elts) if isinstance(value, ast.List | ast.Tuple) else [value] if value is not None else []


def _types(declared: Declaration) -> Iterator[ast.expr]:
    """The expressions that may name a parameter's type: parts of its annotation, or what its default calls."""
    yield from (node for node in ast.walk(unquoted(declared.annotation)) if isinstance(node, ast.Name | ast.Attribute))
    for element in _elements(declared.value):
        if isinstance(element, ast.Call):
            yield element.func
            if isinstance(element.func, ast.Attribute):
                yield element.func.value


def unquoted(annotation: ast.expr | None) -> ast.expr:
    """An annotation, parsed if it is written as text; `Any` where there is none or it is no type."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return ast.parse(annotation.value.strip(), mode="eval").body
        except SyntaxError:
            annotation = None
    return annotation if annotation is not None else ast.Name("Any", ast.Load())


def _converted(value: Any, kind: type[date], spelled: str) -> Any:
    if isinstance(value, list):
        return [_converted(item, kind, spelled) for item in value]
    if not isinstance(value, str):
        return value
    try:
        return Moment(kind.fromisoformat(value), spelled)
    except ValueError:
        return value


def _parse(source: str) -> tuple[str, ast.Module]:
    try:
        return source, _tree(source)
    except SyntaxError:
        # Magics are not Python; a line that is one becomes an empty statement, so that line numbers stay.
        text = "\n".join(_MAGIC.sub(r"\1pass", line) for line in source.splitlines())
        return text, _tree(text)


def _tree(source: str) -> ast.Module:
    if len(source) > LONGEST_CELL:
        raise SyntaxError(f"the cell has more than {LONGEST_CELL} characters")
    try:
        return ast.parse(source)
    except (ValueError, RecursionError, MemoryError) as error:
        raise SyntaxError(str(error) or "the cell is nested too deep") from error


def _assigned(statement: ast.stmt) -> Iterator[tuple[str, ast.expr | None, ast.expr | None]]:
    """Name, annotation and value of everything that a statement assigns."""
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        yield statement.target.id, statement.annotation, statement.value
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            yield from _unpacked(target, statement.value)


def _unpacked(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, None, ast.expr | None]]:
    if isinstance(target, ast.Name):
        yield target.id, None, value
    if isinstance(target, ast.Tuple | ast.List):
        pairs = isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts)
        for place, name in enumerate(target.elts):
            if isinstance(name, ast.Name):
                yield name.id, None, value.elts[place] if pairs else value  # type: ignore[attr-defined]


def _imported(statement: ast.stmt) -> dict[str, str]:
    if isinstance(statement, ast.Import):
        return {
            alias.asname or alias.name.partition(".")[0]: alias.name if alias.asname else alias.name.partition(".")[0]
            for alias in statement.names
        }
    if isinstance(statement, ast.ImportFrom) and not statement.level:
        return {alias.asname or alias.name: f"{statement.module}.{alias.name}" for alias in statement.names}
    return {}


def _comments(source: str) -> dict[int, tuple[int, str]]:
    """Column and text of the comment on each line that has one."""
    found = {}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            found[token.start[0]] = (token.start[1], token.string.lstrip("#: ").strip())
    return found


def _help(statement: ast.stmt, comments: Mapping[int, tuple[int, str]]) -> tuple[str, ast.expr | None]:
    """The comment at the end of a statement, else those on the lines above it; and the type that it may state."""
    last = statement.end_lineno or statement.lineno
    text = comments[last][1] if last in comments else ""
    hinted = None
    if stated := _TYPE_COMMENT.match(text):
        text = stated["help"] or ""
        hinted = unquoted(ast.Constant(stated["annotation"]))
    above, line = [], statement.lineno - 1
    while not text and line in comments and comments[line][0] == 0:
        above.append(comments[line][1])
        line -= 1
    return text or " ".join(reversed(above)), hinted
