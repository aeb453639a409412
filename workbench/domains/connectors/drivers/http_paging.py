"""Walks through the pages of a list of records, and notices when it walks in a circle."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from workbench.core.errors import Invalid, TooLarge

from .http_client import Answer, Client
from .http_config import HttpStream

Record = dict[str, Any]


def pages(client: Client, name: str, stream: HttpStream, newer: dict[str, Any]) -> Iterator[list[Record]]:
    """The records of each page; `newer` are the parameters that ask for newer ones only.

    Raises:
        Invalid: the records are not where the settings say, or a page comes twice.
        TooLarge: there are more pages than allowed.
    """
    url = client.config.base_url + "/" + stream.path.lstrip("/") if stream.path else client.config.base_url
    params: dict[str, Any] = {**client.config.params, **stream.params, **newer, **_first(stream)}
    before, read = b"", 0
    for _ in range(client.config.max_pages):
        answer = client.get(url, params)
        records = _records(answer, name, stream)
        digest = hashlib.sha256(answer.raw).digest()
        if records and digest == before:
            raise _circle(name, stream)
        before, read = digest, read + len(records)
        yield records
        step = _next(answer, stream, params, read, records)
        if step is None:
            return
        url, params = step if step[0] else (url, step[1])
        client.refuse_other_host(url, "continues")
    raise TooLarge(
        f"{name} has more than {client.config.max_pages} pages.",
        fix="Raise max_pages, ask for larger pages, or read with a cursor.",
        code="too_many_pages",
    )


def pointed(body: Any, pointer: str) -> Any:
    """What a JSON pointer (RFC 6901) leads to, None where it leads nowhere."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(body, dict):
            body = body.get(key)
        elif isinstance(body, list) and key.isdigit() and int(key) < len(body):
            body = body[int(key)]
        else:
            return None
    return body


def _first(stream: HttpStream) -> dict[str, Any]:
    paging = stream.pagination
    params: dict[str, Any] = {}
    if paging.style == "page":
        params[paging.page_param] = paging.first_page
    if paging.style == "offset":
        params[paging.offset_param] = 0
    if paging.size_param and paging.size:
        params[paging.size_param] = paging.size
    return params


def _records(answer: Answer, name: str, stream: HttpStream) -> list[Record]:
    found = pointed(answer.body, stream.records)
    if found is None and stream.records:
        there = sorted(answer.body)[:10] if isinstance(answer.body, dict) else type(answer.body).__name__
        raise Invalid(
            f"{name}: the answer has nothing at {stream.records}; it has {there}.",
            fix="Set records to the JSON pointer of the list, such as /data.",
            code="records_not_found",
        )
    records = [found] if isinstance(found, dict) else found
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        where = stream.records or "the top of the answer"
        raise Invalid(
            f"{name}: what is at {where} is not a list of objects.",
            fix="Set records to the JSON pointer of the list, such as /data.",
            code="records_not_found",
        )
    return records


def _next(
    answer: Answer, stream: HttpStream, params: dict[str, Any], read: int, records: list[Record]
) -> tuple[str, dict[str, Any]] | None:
    """The address (empty for the same) and the parameters of the page after, None on the last."""
    paging = stream.pagination
    if paging.style in ("link", "next_url"):
        target = answer.next_link if paging.style == "link" else pointed(answer.body, paging.next)
        return (urljoin(answer.url, str(target)), {}) if target else None
    if paging.style == "cursor":
        token = pointed(answer.body, paging.next)
        if token is not None and token == params.get(paging.cursor_param):
            raise _circle(stream.path, stream)
        return ("", {**params, paging.cursor_param: token}) if token not in (None, "", False) else None
    if paging.style == "none" or not records:
        return None
    if paging.last == "short" and paging.size and len(records) < paging.size:
        return None
    if paging.style == "page":
        return "", {**params, paging.page_param: params[paging.page_param] + 1}
    return "", {**params, paging.offset_param: read}


def _circle(name: str, stream: HttpStream) -> Invalid:
    return Invalid(
        f"{name}: the API gave the same page twice, so it does not go by {stream.pagination.style}.",
        fix="Correct the pagination's style and the names of its parameters.",
        code="pages_repeat",
    )
