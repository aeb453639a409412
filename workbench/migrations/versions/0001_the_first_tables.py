"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workbench.core import db as core

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# The audit trail is append-only, also for those who may write the database.
GUARDS_SQLITE = (
    """
    CREATE TRIGGER audit_record_no_update BEFORE UPDATE ON audit_record BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
    """,
    """
    CREATE TRIGGER audit_record_no_delete BEFORE DELETE ON audit_record BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
    """,
    """
    CREATE TRIGGER audit_record_no_replace BEFORE INSERT ON audit_record WHEN NEW.sequence <= (SELECT max(sequence) FROM audit_record) BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
    """,
)
GUARDS_POSTGRESQL = (
    """
    CREATE FUNCTION audit_record_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'insufficient_privilege'; END $$
    """,
    """
    CREATE TRIGGER audit_record_no_change BEFORE UPDATE OR DELETE ON audit_record
    FOR EACH ROW EXECUTE FUNCTION audit_record_refuse()
    """,
    """
    CREATE TRIGGER audit_record_no_truncate BEFORE TRUNCATE ON audit_record
    FOR EACH STATEMENT EXECUTE FUNCTION audit_record_refuse()
    """,
)


def upgrade() -> None:
    op.create_table(
        "audit_record",
        sa.Column(
            "sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("at", core.UtcDateTime(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=True),
        sa.Column("principal", sa.String(length=200), nullable=False),
        sa.Column("on_behalf_of", sa.String(length=200), nullable=True),
        sa.Column("operation", sa.String(length=80), nullable=False),
        sa.Column("target_type", sa.String(length=80), nullable=True),
        sa.Column("target_id", sa.String(length=200), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("correlation_id", sa.String(length=64), nullable=True),
        sa.Column("surface", sa.String(length=20), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_record")),
    )
    with op.batch_alter_table("audit_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_record_correlation_id"), ["correlation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_record_target_id_sequence"), ["target_id", "sequence"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_audit_record_workspace_id_sequence"), ["workspace_id", "sequence"], unique=False
        )

    op.create_table(
        "event_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_head")),
    )
    op.create_table(
        "user",
        sa.Column("name", sa.String(length=254), nullable=False),
        sa.Column("folded", sa.String(length=254), nullable=False),
        sa.Column("display_name", sa.String(length=200), nullable=False),
        sa.Column("system_admin", sa.Boolean(), nullable=False),
        sa.Column("home_owner", sa.Boolean(), nullable=False),
        sa.Column("disabled_at", core.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", core.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("folded", name=op.f("uq_user_folded")),
    )
    op.create_table(
        "workspace",
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("quota_bytes", sa.BigInteger(), nullable=True),
        sa.Column("quota_runs", sa.Integer(), nullable=True),
        sa.Column("quota_slots", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", core.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace")),
        sa.UniqueConstraint("name", name=op.f("uq_workspace_name")),
    )
    op.create_table(
        "api_token",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("scopes", core.Json, nullable=True),
        sa.Column("expires_at", core.UtcDateTime(), nullable=False),
        sa.Column("last_used_at", core.UtcDateTime(), nullable=True),
        sa.Column("revoked_at", core.UtcDateTime(), nullable=True),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", core.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_api_token_owner_id_user")),
        sa.ForeignKeyConstraint(["parent_id"], ["api_token.id"], name=op.f("fk_api_token_parent_id_api_token")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_api_token_workspace_id_workspace")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_token_digest")),
    )
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_api_token_owner_id_created_at_id"), ["owner_id", "created_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_api_token_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "connector",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("type", sa.String(length=63), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("config", core.Json, nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("archived_name", sa.String(length=100), nullable=True),
        sa.Column("archived_at", core.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", core.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_connector_owner_id_user")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_connector_workspace_id_workspace")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connector")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_connector_workspace_id_id")),
        sa.UniqueConstraint("workspace_id", "name", name=op.f("uq_connector_workspace_id_name")),
    )
    with op.batch_alter_table("connector", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_connector_workspace_id_created_at_id"), ["workspace_id", "created_at", "id"], unique=False
        )

    op.create_table(
        "event",
        sa.Column(
            "sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("at", core.UtcDateTime(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=True),
        sa.Column("object_type", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("permission", sa.String(length=80), nullable=False),
        sa.Column("data", core.Json, nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_event_workspace_id_workspace")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_event")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_object_id_sequence"), ["object_id", "sequence"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_workspace_id_sequence"), ["workspace_id", "sequence"], unique=False)

    op.create_table(
        "idempotency_key",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("principal", sa.String(length=200), nullable=False),
        sa.Column("operation", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("reply", core.Json, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", core.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_idempotency_key_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_key")),
        sa.UniqueConstraint(
            "workspace_id",
            "principal",
            "operation",
            "key",
            name=op.f("uq_idempotency_key_workspace_id_principal_operation_key"),
        ),
    )
    op.create_table(
        "member",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", core.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_member_user_id_user")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_member_workspace_id_workspace")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("workspace_id", "user_id", "role", name=op.f("uq_member_workspace_id_user_id_role")),
    )
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_member_user_id"), ["user_id"], unique=False)

    op.create_table(
        "pipeline",
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("current", sa.Integer(), nullable=False),
        sa.Column("archived_at", core.UtcDateTime(), nullable=True),
        sa.Column("updated_at", core.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", core.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_pipeline_owner_id_user")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_pipeline_workspace_id_workspace")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pipeline")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_pipeline_workspace_id_id")),
        sa.UniqueConstraint("workspace_id", "name", name=op.f("uq_pipeline_workspace_id_name")),
    )
    with op.batch_alter_table("pipeline", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_pipeline_workspace_id_created_at_id"), ["workspace_id", "created_at", "id"], unique=False
        )

    op.create_table(
        "secret",
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("set_at", core.UtcDateTime(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", core.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_secret_workspace_id_workspace")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secret")),
        sa.UniqueConstraint("workspace_id", "object_id", "field", name=op.f("uq_secret_workspace_id_object_id_field")),
    )
    with op.batch_alter_table("secret", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_secret_key_id"), ["key_id"], unique=False)

    op.create_table(
        "share",
        sa.Column("object_type", sa.String(length=80), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(length=20), nullable=True),
        sa.Column("share_right", sa.String(length=10), nullable=False),
        sa.Column("granted_by", sa.String(length=200), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", core.UtcDateTime(), nullable=False),
        sa.CheckConstraint("(user_id IS NULL) <> (role IS NULL)", name=op.f("ck_share_one_audience")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_share_user_id_user")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_share_workspace_id_workspace")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share")),
        sa.UniqueConstraint("workspace_id", "object_type", "object_id", "role", name="uq_share_role"),
        sa.UniqueConstraint(
            "workspace_id",
            "object_type",
            "object_id",
            "user_id",
            name=op.f("uq_share_workspace_id_object_type_object_id_user_id"),
        ),
    )
    with op.batch_alter_table("share", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_share_workspace_id_user_id_object_type"),
            ["workspace_id", "user_id", "object_type"],
            unique=False,
        )

    op.create_table(
        "store_commit",
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("folder", sa.String(length=4096), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("author", sa.String(length=254), nullable=False),
        sa.Column("message", sa.String(length=500), nullable=False),
        sa.Column("ended_at", core.UtcDateTime(), nullable=True),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", core.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_store_commit_owner_id_user")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_store_commit_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_store_commit")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_store_commit_workspace_id_id")),
    )
    with op.batch_alter_table("store_commit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_store_commit_run_id"), ["run_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_store_commit_state_created_at"), ["state", "created_at"], unique=False)

    op.create_table(
        "table",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("folder", sa.String(length=300), nullable=False),
        sa.Column("archived_name", sa.String(length=100), nullable=True),
        sa.Column("archived_at", core.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", core.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_table_owner_id_user")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_table_workspace_id_workspace")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table")),
        sa.UniqueConstraint("folder", name=op.f("uq_table_folder")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_table_workspace_id_id")),
        sa.UniqueConstraint("workspace_id", "name", name="uq_table_workspace_id_name"),
    )
    with op.batch_alter_table("table", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_table_workspace_id_created_at_id"), ["workspace_id", "created_at", "id"], unique=False
        )

    op.create_table(
        "commit_source",
        sa.Column("commit_id", sa.Uuid(), nullable=False),
        sa.Column("connector", sa.String(length=100), nullable=False),
        sa.Column("stream", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["commit_id"], ["store_commit.id"], name=op.f("fk_commit_source_commit_id_store_commit")
        ),
        sa.PrimaryKeyConstraint("commit_id", "connector", "stream", name=op.f("pk_commit_source")),
    )
    with op.batch_alter_table("commit_source", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commit_source_connector_stream"), ["connector", "stream"], unique=False)

    op.create_table(
        "pipeline_version",
        sa.Column("pipeline_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("original", sa.LargeBinary(), nullable=True),
        sa.Column("parameters", core.Json, nullable=False),
        sa.Column("kernel", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=100), nullable=False),
        sa.Column("source", sa.String(length=4096), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("author", sa.String(length=254), nullable=False),
        sa.Column("message", sa.String(length=500), nullable=False),
        sa.Column("reads", core.Json, nullable=False),
        sa.Column("writes", core.Json, nullable=False),
        sa.Column("restores", sa.Integer(), nullable=True),
        sa.Column("published_at", core.UtcDateTime(), nullable=True),
        sa.Column("publisher_id", sa.Uuid(), nullable=True),
        sa.Column("publisher", sa.String(length=254), nullable=True),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", core.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_pipeline_version_author_id_user")),
        sa.ForeignKeyConstraint(["publisher_id"], ["user.id"], name=op.f("fk_pipeline_version_publisher_id_user")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "pipeline_id"],
            ["pipeline.workspace_id", "pipeline.id"],
            name=op.f("fk_pipeline_version_workspace_id_pipeline_id_pipeline"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_pipeline_version_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pipeline_version")),
        sa.UniqueConstraint("pipeline_id", "number", name=op.f("uq_pipeline_version_pipeline_id_number")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_pipeline_version_workspace_id_id")),
    )
    op.create_table(
        "staged_write",
        sa.Column("commit_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(length=100), nullable=False),
        sa.Column("table_id", sa.Uuid(), nullable=True),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("key", core.Json, nullable=False),
        sa.Column("path", sa.String(length=300), nullable=True),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("columns", core.Json, nullable=False),
        sa.Column("restores", sa.BigInteger(), nullable=True),
        sa.Column("sequence", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["commit_id"], ["store_commit.id"], name=op.f("fk_staged_write_commit_id_store_commit")
        ),
        sa.ForeignKeyConstraint(["table_id"], ["table.id"], name=op.f("fk_staged_write_table_id_table")),
        sa.PrimaryKeyConstraint("commit_id", "ordinal", name=op.f("pk_staged_write")),
    )
    with op.batch_alter_table("staged_write", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staged_write_table_id"), ["table_id"], unique=False)

    op.create_table(
        "table_head",
        sa.Column("table_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("delta_version", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("columns", core.Json, nullable=False),
        sa.Column("updated_at", core.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["table_id"], ["table.id"], name=op.f("fk_table_head_table_id_table")),
        sa.PrimaryKeyConstraint("table_id", name=op.f("pk_table_head")),
    )
    op.create_table(
        "table_lease",
        sa.Column("table_id", sa.Uuid(), nullable=False),
        sa.Column("commit_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["commit_id"], ["store_commit.id"], name=op.f("fk_table_lease_commit_id_store_commit")),
        sa.ForeignKeyConstraint(["table_id"], ["table.id"], name=op.f("fk_table_lease_table_id_table")),
        sa.PrimaryKeyConstraint("table_id", name=op.f("pk_table_lease")),
    )
    with op.batch_alter_table("table_lease", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_table_lease_commit_id"), ["commit_id"], unique=False)

    op.create_table(
        "table_pin",
        sa.Column("commit_id", sa.Uuid(), nullable=False),
        sa.Column("table_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("read", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["commit_id"], ["store_commit.id"], name=op.f("fk_table_pin_commit_id_store_commit")),
        sa.ForeignKeyConstraint(["table_id"], ["table.id"], name=op.f("fk_table_pin_table_id_table")),
        sa.PrimaryKeyConstraint("commit_id", "table_id", name=op.f("pk_table_pin")),
    )
    with op.batch_alter_table("table_pin", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_table_pin_table_id_sequence"), ["table_id", "sequence"], unique=False)

    op.create_table(
        "table_version",
        sa.Column("table_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("delta_version", sa.BigInteger(), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("rows_written", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("columns", core.Json, nullable=False),
        sa.Column("commit_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("author", sa.String(length=254), nullable=False),
        sa.Column("message", sa.String(length=500), nullable=False),
        sa.Column("created_at", core.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commit_id"], ["store_commit.id"], name=op.f("fk_table_version_commit_id_store_commit")
        ),
        sa.ForeignKeyConstraint(["table_id"], ["table.id"], name=op.f("fk_table_version_table_id_table")),
        sa.PrimaryKeyConstraint("table_id", "sequence", name=op.f("pk_table_version")),
    )
    with op.batch_alter_table("table_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_table_version_commit_id"), ["commit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_table_version_run_id"), ["run_id"], unique=False)

    op.create_table(
        "run",
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("pipeline_id", sa.Uuid(), nullable=True),
        sa.Column("pipeline_version", sa.Integer(), nullable=True),
        sa.Column("version_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("submitted_by", sa.String(length=200), nullable=False),
        sa.Column("rights_of", sa.String(length=200), nullable=False),
        sa.Column("rights_of_id", sa.Uuid(), nullable=True),
        sa.Column("rights", core.Json, nullable=False),
        sa.Column("parameters", core.Json, nullable=False),
        sa.Column("options", core.Json, nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("retry_of", sa.Uuid(), nullable=True),
        sa.Column("started_at", core.UtcDateTime(), nullable=True),
        sa.Column("finished_at", core.UtcDateTime(), nullable=True),
        sa.Column("cells_total", sa.Integer(), nullable=True),
        sa.Column("cells_done", sa.Integer(), nullable=False),
        sa.Column("current_cell", core.Json, nullable=True),
        sa.Column("error", core.Json, nullable=True),
        sa.Column("correlation_id", sa.String(length=32), nullable=False),
        sa.Column("backend", sa.String(length=20), nullable=False),
        sa.Column("commit_id", sa.Uuid(), nullable=True),
        sa.Column("lease_token", sa.String(length=32), nullable=True),
        sa.Column("lease_until", core.UtcDateTime(), nullable=True),
        sa.Column("slot", sa.Integer(), nullable=True),
        sa.Column("cancel_requested_by", sa.String(length=200), nullable=True),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", core.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_run_owner_id_user")),
        sa.ForeignKeyConstraint(["rights_of_id"], ["user.id"], name=op.f("fk_run_rights_of_id_user")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["pipeline_version.id"], name=op.f("fk_run_version_id_pipeline_version")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "pipeline_id"],
            ["pipeline.workspace_id", "pipeline.id"],
            name=op.f("fk_run_workspace_id_pipeline_id_pipeline"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_run_workspace_id_workspace")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_run_workspace_id_id")),
    )
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_run_status_created_at"), ["status", "created_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_run_workspace_id_created_at_id"), ["workspace_id", "created_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_run_workspace_id_pipeline_id_created_at_id"),
            ["workspace_id", "pipeline_id", "created_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_run_workspace_id_status_created_at_id"),
            ["workspace_id", "status", "created_at", "id"],
            unique=False,
        )

    op.create_table(
        "run_check",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("failing", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", core.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_check_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_check")),
    )
    with op.batch_alter_table("run_check", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_run_check_run_id_attempt"), ["run_id", "attempt"], unique=False)

    op.create_table(
        "run_figure",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", core.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_figure_run_id_run")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_run_figure_workspace_id_workspace")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_figure")),
        sa.UniqueConstraint("run_id", "attempt", "label", name=op.f("uq_run_figure_run_id_attempt_label")),
    )
    with op.batch_alter_table("run_figure", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_run_figure_workspace_id_created_at"), ["workspace_id", "created_at"], unique=False
        )

    op.create_table(
        "run_metric",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", core.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_metric_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_metric")),
        sa.UniqueConstraint("run_id", "attempt", "name", name=op.f("uq_run_metric_run_id_attempt_name")),
    )
    op.create_table(
        "run_notebook",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", core.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_notebook_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_notebook")),
        sa.UniqueConstraint("run_id", name=op.f("uq_run_notebook_run_id")),
    )
    postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in GUARDS_POSTGRESQL if postgresql else GUARDS_SQLITE:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("There is nothing before the first tables.")
