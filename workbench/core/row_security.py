"""Row-level security of PostgreSQL, underneath `visible`: a transaction meets the rows of one workspace only.

It says of which by a setting that ends with it, or that it needs those of all; one that says nothing meets none.
SQLite has nothing like it, so there only the sessions are told apart.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session, SessionTransaction

INSTALLATION = UUID(int=0)  # the scope of what looks after all workspaces, or does not know yet which one is meant
POLICY = "one_workspace"
BYPASSED = (
    "The user of the metadata database is a superuser or has BYPASSRLS, so the database keeps no workspaces apart."
)
ROLE = 'Name in database_url a role without either that owns the tables: see "Run a team\'s server".'
LIFT = f"set_config('workbench.workspace', '{INSTALLATION}', true)"
# Where a transaction has set it, the setting is '' on that connection from then on, not NULL as before.
_SCOPE = "nullif(current_setting('workbench.workspace', true), '')::uuid"
_OF_WORKSPACES = """
    SELECT c.oid::regclass::text, a.attname || ' = ' || :scope FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
        AND a.attname = CASE c.relname WHEN 'workspace' THEN 'id' ELSE 'workspace_id' END
        AND c.oid NOT IN (SELECT polrelid FROM pg_policy WHERE polname = :policy)"""
_BELONGING_TO_THOSE = """
    SELECT f.conrelid::regclass::text, string_agg(format('(%1$I IS NULL OR EXISTS (SELECT FROM %2$s p
        WHERE p.%3$I = %4$s.%1$I))', a.attname, f.confrelid::regclass, b.attname, f.conrelid::regclass), ' AND ')
    FROM pg_constraint f JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[1]
        JOIN pg_attribute b ON b.attrelid = f.confrelid AND b.attnum = f.confkey[1]
    WHERE f.connamespace = current_schema()::regnamespace AND f.contype = 'f' AND cardinality(f.conkey) = 1
        AND f.confrelid IN (SELECT polrelid FROM pg_policy WHERE polname = :policy)
        AND f.conrelid NOT IN (SELECT polrelid FROM pg_policy WHERE polname = :policy)
    GROUP BY f.conrelid"""
_BYPASSES = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"


def say(db: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """Say at the beginning of each transaction what it may meet; for the event `after_begin`."""
    if transaction.nested:
        return
    words = ["SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"] if db.info["reads"] else []
    if db.info["scope"] is not None:
        words.append(_local(db.info["scope"]))
    if words:
        connection.exec_driver_sql("; ".join(words))


def confine(db: Session, scope: UUID) -> None:
    """Have a session meet the rows of one workspace from now on.

    Raises:
        RuntimeError: it is confined to another already, and nothing leads out of that.
    """
    held = db.info["scope"]
    if held == scope:
        return
    if held not in (None, INSTALLATION):
        raise RuntimeError("a session that is confined to one workspace cannot be used for another")
    db.info["scope"] = scope
    if db.in_transaction() and db.get_bind().dialect.name == "postgresql":
        db.connection().exec_driver_sql(_local(scope))


def _local(scope: UUID) -> str:
    return f"SET LOCAL workbench.workspace = '{scope}'"


def protect(connection: Connection) -> None:
    """Give all tables that hold rows of workspaces, or rows that belong to such rows, their policy unless they have it.

    It binds the owner of the tables too, but never a superuser: see `bypassed`.
    """
    if connection.dialect.name != "postgresql":
        return
    given = {"policy": POLICY, "scope": _SCOPE}
    found = connection.execute(text(_OF_WORKSPACES), given).all()
    while found:
        for table, condition in found:
            connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
            rule = f"{_SCOPE} = '{INSTALLATION}' OR ({condition})"
            connection.exec_driver_sql(f"CREATE POLICY {POLICY} ON {table} USING ({rule})")
        found = connection.execute(text(_BELONGING_TO_THOSE), given).all()


def unprotect(connection: Connection) -> None:
    """Take the policies away again."""
    if connection.dialect.name != "postgresql":
        return
    held = "SELECT polrelid::regclass::text FROM pg_policy WHERE polname = :policy"
    for table in connection.execute(text(held), {"policy": POLICY}).scalars().all():
        connection.exec_driver_sql(f"DROP POLICY {POLICY} ON {table}")
        connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY")


def bypassed(connection: Connection) -> bool:
    """Whether the database lets us past all policies, as it does superusers."""
    return connection.dialect.name == "postgresql" and bool(connection.execute(text(_BYPASSES)).scalar_one())
