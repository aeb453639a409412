"""The permission table as it was agreed: written down a second time, so that a slip in the code is noticed."""

from __future__ import annotations

AGREED = """
| permission                                  | Admin | Developer | Designer | Executor | Viewer | Executive | right |
| pipelines:read                              |   W   |     W     |    W     |    W     |   S    |     S     | view  |
| notebooks:edit                              |   W   |     W     |    –     |    –     |   –    |     –     | edit  |
| kernels:use                                 |   W   |     W     |    –     |    –     |   –    |     –     |  run  |
| pipelines:design                            |   W   |     W     |    W     |    –     |   –    |     –     | edit  |
| pipelines:publish pipelines:restore         |   W   |     W     |    O     |    –     |   –    |     –     | edit  |
| pipelines:archive                           |   W   |     O     |    O     |    –     |   –    |     –     | edit  |
| runs:start                                  |   W   |     W     |    W     |    W     |   S    |     –     |  run  |
| runs:cancel runs:retry runs:resume          |   W   |     W     |    O     |    W     |   –    |     –     |  run  |
| runs:read                                   |   W   |     W     |    W     |    W     |   S    |     S     | view  |
| runs:logs                                   |   W   |     W     |    W     |    W     |   –    |     –     | view  |
| schedules:read                              |   W   |     W     |    W     |    W     |   –    |     –     | view  |
| schedules:write                             |   W   |     W     |    O     |    O     |   –    |     –     |  run  |
| environments:read                           |   W   |     W     |    W     |    W     |   –    |     –     | view  |
| environments:write                          |   W   |     W     |    –     |    –     |   –    |     –     | edit  |
| connectors:list                             |   W   |     W     |    W     |    W     |   –    |     –     | view  |
| connectors:read connectors:introspect       |   W   |     W     |    W     |    –     |   –    |     –     | view  |
| connectors:read_data                        |   W   |     W     |    W     |    –     |   –    |     –     | view  |
| connectors:write_data                       |   W   |     W     |    –     |    –     |   –    |     –     | edit  |
| connectors:write secrets:set                |   W   |     W     |    –     |    –     |   –    |     –     | edit  |
| connectors:test                             |   W   |     W     |    –     |    –     |   –    |     –     |  run  |
| tables:read                                 |   W   |     W     |    W     |    W     |   S    |     S     | view  |
| tables:write                                |   W   |     W     |    O     |    –     |   –    |     –     | edit  |
| tables:delete tables:restore                |   W   |     O     |    –     |    –     |   –    |     –     | edit  |
| queries:run                                 |   W   |     W     |    W     |    –     |   –    |     –     |  run  |
| queries:view                                |   W   |     W     |    W     |    W     |   S    |     S     | view  |
| queries:write queries:publish               |   W   |     W     |    W     |    –     |   –    |     –     | edit  |
| mappings:write transformations:write        |   W   |     W     |    W     |    –     |   –    |     –     | edit  |
| schemas:read quality:read                   |   W   |     W     |    W     |    W     |   S    |     S     | view  |
| files:read                                  |   W   |     W     |    W     |    O     |   –    |     –     | view  |
| files:write                                 |   W   |     W     |    W     |    O     |   –    |     –     | edit  |
| dashboards:view                             |   W   |     W     |    W     |    W     |   S    |     S     | view  |
| dashboards:write dashboards:publish         |   W   |     W     |    W     |    –     |   –    |     –     | edit  |
| data:export                                 |   W   |     W     |    W     |    W     |   S    |     –     | view  |
| dashboards:export                           |   W   |     W     |    W     |    W     |   S    |     S     | view  |
| shares:grant                                |   W   |     O     |    O     |    O     |   –    |     –     | view  |
| alerts:read                                 |   W   |     W     |    W     |    W     |   –    |     –     | view  |
| alerts:write                                |   W   |     W     |    –     |    –     |   –    |     –     | edit  |
| alerts:acknowledge                          |   W   |     W     |    W     |    W     |   –    |     –     |  run  |
| members:read                                |   W   |     W     |    W     |    W     |   –    |     –     | view  |
| members:write roles:assign                    |   W   |     –     |    –     |    –     |   –    |     –     | edit  |
| tokens:revoke_others                          |   W   |     –     |    –     |    –     |   –    |     –     | edit  |
| audit:read                                  |   W   |     –     |    –     |    –     |   –    |     –     | view  |
| compliance:report                           |   W   |     –     |    –     |    –     |   –    |     W     | view  |
"""
PUBLIC = {"auth:use"}
OWN = {
    "me:read", "tokens:own", "sessions:own", "preferences:own", "activity:own", "search:use", "docs:read",
    "events:receive",
}  # fmt: skip
INSTALLATION = {
    "workspaces:create",
    "admin:backups",
    "admin:keys",
    "admin:settings",
    "admin:maintenance",
    "admin:users",
    "admin:audit",
}


def agreed() -> dict[str, tuple[dict[str, str], str]]:
    """For each permission the cell of each role, and the share right that widens it."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in AGREED.strip().splitlines()]
    roles = [name.lower() for name in rows[0][1:-1]]
    return {name: (dict(zip(roles, row[1:-1], strict=True)), row[-1]) for row in rows[1:] for name in row[0].split()}
