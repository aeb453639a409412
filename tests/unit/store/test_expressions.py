"""A text is one scalar expression over columns, or it is refused."""

from __future__ import annotations

import pytest

from workbench.domains.store.drivers.sql_worker import Refused, connect, scalar


@pytest.fixture(scope="module")
def connection():
    """A worker's database."""
    with connect() as made:
        yield made


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("(SELECT max(price) FROM orders)", "a subquery"),
        ("EXISTS (SELECT 1)", "a subquery"),
        ("price IN (SELECT 1)", "a subquery"),
        ("price FROM orders", "more than one expression"),
        ("price, city", "more than one expression"),
        ("price UNION SELECT 1", "more than one expression"),
        ("DISTINCT price", "more than one expression"),
        ("price LIMIT 1", "more than one expression"),
        ("price WHERE city = 1", "more than one expression"),
        ("price USING SAMPLE 1", "more than one expression"),
        ("price AS other", "a name is given"),
        ("*", "a star"),
        ("COLUMNS('p.*')", "a star"),
        ("sum(price) OVER ()", "a window function"),
        ("$1", "a parameter"),
        ("#1", "positional reference"),
        ("price) + (price", "syntax error"),
        ("price; DROP TABLE orders", "2 statements"),
        ("price -- '\n, city", "more than one expression"),
        ("+".join(["price"] * 900), "nested too deeply"),
        ("", "without selection list"),
        ("/* ", "unterminated"),
        ("'" + "x" * 70_000 + "'", "longer than"),
    ],
)
def test_what_is_more_than_an_expression_is_refused(connection, expression, said):
    """Another clause, a second value or statement, a query within and what stands for several columns."""
    with pytest.raises(Refused, match=said):
        scalar(connection, expression)


@pytest.mark.parametrize(
    ("expression", "columns"),
    [
        ("price * 1.19", ["price"]),
        ("price -- 'no matter", ["price"]),
        ("upper(city) || ' ' || city", ["city"]),
        ("CASE WHEN price > 2 THEN 'a' ELSE city::VARCHAR END", ["price", "city"]),
        ("list_sum(list_transform([price], lambda p: p * factor))", ["price", "factor"]),
        ("box.width BETWEEN 1 AND 2", ["box"]),
        ("'text'", []),
        ("+".join(["price"] * 250), ["price"]),
    ],
)
def test_the_columns_of_an_expression_are_told(connection, expression, columns):
    """Each once, as they come, without what a lambda binds."""
    assert scalar(connection, expression) == columns
