"""The database that migrations make is the one that the models mean."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from workbench.migrations import metadata


@pytest.mark.usefixtures("any_database")
def test_models_and_migrations_agree(workbench):
    """No table, column, index or constraint of the models is missing once migrated, and none is left over."""
    with workbench.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, metadata()) == []
