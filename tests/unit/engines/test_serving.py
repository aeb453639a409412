"""The cells of an app are executed as plain Python, and what fails says where."""

from __future__ import annotations

import sys

import pytest

from tests.factories.notebooks import plain
from workbench.engines.serving import Failed, execute, plain_python


@pytest.mark.parametrize(
    ("cell", "python"),
    [
        ("a = 1\nb = a % 2", "a = 1\nb = a % 2"),
        ("%matplotlib inline\nif a:\n    !ls\nb = 2", "pass\nif a:\n    pass\nb = 2"),
        ("%%time\na = 1", "\na = 1"),
        ("%%bash\nls", ""),
        ("text = '''\n%d rows'''", "text = '''\n%d rows'''"),
    ],
)
def test_magics_are_left_out_and_lines_keep_their_numbers(cell, python):
    """Only where they are magics: what Python understands is left as it is."""
    assert plain_python(cell) == python


def test_cells_share_their_names_and_no_others():
    """A later cell sees what an earlier one made; another visit does not."""
    execute(plain("import json", "def twice(x):\n    return json.loads(str(2 * x))", "assert twice(2) == 4"))

    with pytest.raises(Failed) as failed:
        execute(plain("1", "twice(2)"))
    assert failed.value.told == {"cell": 2, "name": "NameError", "message": "name 'twice' is not defined"}


@pytest.mark.parametrize(("source", "name"), [("1 +", "SyntaxError"), ("import sys\nsys.exit(3)", "SystemExit")])
def test_what_cannot_be_executed_and_what_ends_is_a_failure(source, name):
    """It ends the visit, and not the process; cells are counted as people count them, texts between them included."""
    notebook = plain("a = 1", source)
    notebook["cells"].insert(0, {"cell_type": "markdown", "source": "# An app", "metadata": {}})

    with pytest.raises(Failed) as failed:
        execute(notebook)
    assert (failed.value.told["cell"], failed.value.told["name"]) == (3, name)
    assert "__main__" in sys.modules
