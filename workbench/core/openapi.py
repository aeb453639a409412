"""The registry as an OpenAPI 3.1 document."""

from __future__ import annotations

from typing import Any

from .components import REF, Components
from .operations import Operation, Registry

ARROW = "application/vnd.apache.arrow.stream"
BYTES = {"type": "string", "format": "binary"}
PROBLEM = {
    "type": "object",
    "description": "RFC 9457: what is wrong, where, and how to mend it.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "Stable; branch on this."},
        "correlation_id": {"type": ["string", "null"]},
        "fix": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"pointer": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
WORKSPACE = {
    "name": "workspace", "in": "path", "required": True, "description": "The workspace's name.",
    "schema": {"type": "string", "default": "default"},
}  # fmt: skip


def openapi(registry: Registry, version: str) -> dict[str, Any]:
    """The document that describes every operation served below `/workbench/api/v1`."""
    components = Components(registry)
    paths: dict[str, Any] = {}
    for op in sorted(registry, key=lambda op: (op.full_path, op.method)):
        paths.setdefault(op.full_path, {})[op.method.lower()] = _operation(op, components)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "jupyter-workbench",
            "version": version,
            "description": "Connectors, pipelines, runs and tables. Errors are problem documents with a stable `code`.",
            "license": {"name": "BSD-3-Clause", "identifier": "BSD-3-Clause"},
        },
        "servers": [{"url": "/workbench/api/v1", "description": "Below the Jupyter server's base URL."}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted({"Problem": PROBLEM, **components.found}.items())),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "An API token, `wbt_…`."}},
        },
    }


def _operation(op: Operation, components: Components) -> dict[str, Any]:
    request = components.request(op)
    fields, required = request.get("properties", {}), set(request.get("required", ()))
    loose = {n: s for n, s in fields.items() if n in op.path_fields or not op.has_json_body}
    inside = {n: s for n, s in fields.items() if n not in loose}
    parameters = [
        {
            "name": name, "in": "path" if name in op.path_fields else "query",
            "required": name in required or name in op.path_fields, "schema": _as_text(schema),
        }
        for name, schema in loose.items()
    ]  # fmt: skip
    spec: dict[str, Any] = {
        "operationId": op.name,
        "tags": [op.domain],
        "summary": op.help.splitlines()[0],
        "x-permission": op.permission.name,
        "parameters": ([WORKSPACE] if op.scope == "workspace" else []) + parameters + _headers(op),
        "responses": {
            str(op.status): {"description": "Done.", "content": _content(op, components)},
            "default": {
                "description": "Refused or failed.",
                "content": {"application/problem+json": {"schema": {"$ref": REF.format(model="Problem")}}},
            },
        },
    }
    if op.permission.public:
        spec["security"] = []
    if "\n" in op.help:
        spec["description"] = op.help
    if op.takes == "arrow":
        spec["requestBody"] = {"required": True, "content": {ARROW: {"schema": BYTES}}}
    elif inside:
        body = {"type": "object", "properties": inside, "additionalProperties": False}
        if needed := sorted(required & set(inside)):
            body["required"] = needed
        spec["requestBody"] = {"required": bool(needed), "content": {"application/json": {"schema": body}}}
    return spec


def _as_text(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of what stands in an address, where nothing says null but its absence."""
    given = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    if not given:
        return schema
    rest = {key: value for key, value in schema.items() if key != "anyOf" and (key, value) != ("default", None)}
    return {**given[0], **rest} if len(given) == 1 else {"anyOf": given, **rest}


def _headers(op: Operation) -> list[dict[str, Any]]:
    headers: list[dict[str, Any]] = []
    if op.idempotent:
        headers.append({"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 200}})
    if op.versioned:
        headers.append({"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"}})
    return headers


def _content(op: Operation, components: Components) -> dict[str, Any]:
    if op.gives == "arrow":
        return {ARROW: {"schema": BYTES}}
    if op.gives == "file":
        schemas = {kind: {"type": "object"} if kind.endswith("json") else BYTES for kind in op.media_types}
        return {kind: {"schema": schema} for kind, schema in schemas.items()}
    return {"application/json": {"schema": components.reply(op)}}
