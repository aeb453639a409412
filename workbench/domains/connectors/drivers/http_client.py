"""Asks a JSON API: with credentials, patience and limits, and never another host than the one that was configured."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import tenacity

from workbench.core.errors import Invalid, NotFound, Throttled, TooLarge, Unavailable, WorkbenchError

from .http_auth import basic, credentials, trust
from .http_config import HttpJsonConfig
from .reach import Reach
from .unpacking import CODING, unpacked

AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
MOVED = frozenset({301, 302, 303, 307, 308})
MOST_MOVES = 5
MOST_VALUES = 5_000_000  # in one answer: three bytes of JSON may become an object of sixty
SLOW_FACTOR = 10  # a body may trickle in for so many times the time of an answer
HEADERS = {"Accept": "application/json", "Accept-Encoding": CODING, "User-Agent": "jupyter-workbench"}
_USUAL_WAIT = tenacity.wait_exponential(multiplier=0.5, max=30) + tenacity.wait_random(0, 0.5)
Sleep = Callable[[float], None]
# They would write addresses and headers to the log, which may hold what an API should not have sent.
for _library in ("httpx", "httpcore"):
    logging.getLogger(_library).setLevel(logging.WARNING)


@dataclass(frozen=True)
class Answer:
    """A parsed body, its bytes, where it came from, and the address that its Link header calls the next."""

    body: Any
    url: str
    next_link: str | None
    raw: bytes


class _AgainError(Exception):
    """A try that may succeed later; `wait` is what the server asked for, in seconds."""

    def __init__(self, error: WorkbenchError, wait: float | None = None) -> None:
        super().__init__()
        self.error, self.wait = error, wait


class Client:
    """A session with one API. The waiting time is for all requests together."""

    def __init__(
        self, config: HttpJsonConfig, scrub: Callable[[str], str], reach: Reach, sleep: Sleep = time.sleep
    ) -> None:
        self.config, self.scrub, self._sleep = config, scrub, sleep
        self._network = reach.network
        self._patience = config.retry_seconds
        self._next_at = 0.0
        self.server: str | None = None
        self._http = httpx.Client(
            headers={**HEADERS, **credentials(config)},
            auth=basic(config),
            timeout=config.timeout_seconds,
            verify=trust(config, reach),
            follow_redirects=False,
            trust_env=reach.network.open,  # a proxy would resolve names by itself
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, url: str, params: dict[str, Any]) -> Answer:
        """What the API answers, after as many tries as are allowed.

        Raises:
            Invalid: the API refuses the request or the credentials, does not speak JSON, or leads to another host.
            NotFound: there is nothing at that address.
            TooLarge: the answer is larger than allowed.
            Unavailable: it does not answer; Throttled: it asks to wait for longer than allowed.
        """
        tries = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_AgainError),
            stop=tenacity.stop_after_attempt(self.config.retries + 1),
            wait=self._wait,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return tries(self._follow, url, params)
        except _AgainError as last:
            raise last.error from None

    def _wait(self, state: tenacity.RetryCallState) -> float:
        last = state.outcome.exception() if state.outcome else None
        asked = last.wait if isinstance(last, _AgainError) else None
        usual = _USUAL_WAIT(state)
        wait = usual if asked is None else asked
        if wait > self._patience and isinstance(last, _AgainError):
            last.error.retry_after = asked
            raise last.error from None
        self._patience -= wait
        return wait

    def _follow(self, url: str, params: dict[str, Any]) -> Answer:
        for _ in range(MOST_MOVES):
            found = self._once(url, params)
            if isinstance(found, Answer):
                return found
            target = urljoin(url, found)
            self.refuse_other_host(target, "redirects")
            url, params = target, {}
        raise Invalid(f"{self._place(url)} redirects in a circle.", fix="Correct base_url or path.", code="redirects")

    def refuse_other_host(self, target: str, verb: str) -> None:
        """Let credentials go to the configured host only; from http to https there is allowed.

        Raises:
            Invalid: `target` is elsewhere, or back from https to http.
        """
        ours, theirs = urlsplit(self.config.base_url), urlsplit(target)
        safer = ours.scheme == theirs.scheme or (ours.scheme, theirs.scheme) == ("http", "https")
        same = ours.hostname == theirs.hostname and (_port(ours) == _port(theirs) or ours.scheme != theirs.scheme)
        if theirs.scheme not in ("http", "https") or (not (safer and same) and self.config.carries_credentials):
            raise Invalid(
                f"{ours.netloc} {verb} to {theirs.scheme}://{theirs.netloc}, where credentials are not sent.",
                fix="If that is the right host, set base_url to it.",
                code="other_host",
            )

    def _once(self, url: str, params: dict[str, Any]) -> Answer | str:
        """One request: the answer, or where it redirects to."""
        self._keep_rate()
        try:
            with self._http.stream("GET", **self._pinned(url), params=params or None) as response:
                if response.status_code in MOVED and "location" in response.headers:
                    return response.headers["location"]
                raw = self._body(response, url)
        except httpx.HTTPError as error:
            raise self._unreached(error, url) from None
        except httpx.InvalidURL:
            raise Invalid(
                f"{self._place(url)} is not an address.", fix="Correct base_url or path.", code="url"
            ) from None
        if not response.is_success:
            self._refused(response, raw, url)
        self.server = response.headers.get("server")
        return Answer(self._parsed(response, raw, url), url, response.links.get("next", {}).get("url"), raw)

    def _pinned(self, url: str) -> dict[str, Any]:
        """A request that goes to the address that was judged, whatever the host's name means by now.

        Raises:
            Invalid: the host may not be reached.
        """
        if self._network.open:
            return {"url": url}
        named = httpx.URL(url)
        address = self._network.addresses(named.host, named.port or _port(urlsplit(url)))[0]
        return {
            "url": named.copy_with(host=address),
            "headers": {"Host": named.netloc.decode("ascii")},
            "extensions": {"sni_hostname": named.host},  # the name that the certificate must be for
        }

    def _keep_rate(self) -> None:
        if self.config.requests_per_second:
            moment = time.monotonic()
            if self._next_at > moment:
                self._sleep(self._next_at - moment)
            self._next_at = max(moment, self._next_at) + 1 / self.config.requests_per_second

    def _body(self, response: httpx.Response, url: str) -> bytes:
        """The body, as long as it is neither too long nor too slow."""
        most, until = self.config.response_bytes, time.monotonic() + SLOW_FACTOR * self.config.timeout_seconds
        body = bytearray()
        for chunk in unpacked(response):
            body += chunk
            if len(body) > most:
                raise TooLarge(
                    f"{self._place(url)} answers with more than {most} bytes.",
                    fix="Ask for smaller pages (size), or raise response_bytes.",
                    code="response_too_large",
                )
            if time.monotonic() > until:
                raise httpx.ReadTimeout("the body trickles")
        return bytes(body)

    def _parsed(self, response: httpx.Response, raw: bytes, url: str) -> Any:
        if response.status_code == 204 or not raw.strip():
            return []
        if sum(raw.count(mark) for mark in (b"{", b"[", b",")) > MOST_VALUES:
            raise TooLarge(
                f"{self._place(url)} answers with more than {MOST_VALUES} values at once.",
                fix="Ask for smaller pages (size).",
                code="response_too_large",
            )
        try:
            return json.loads(raw)
        except (ValueError, RecursionError):
            kind = response.headers.get("content-type", "no content type")
            raise Invalid(
                f"{self._place(url)} does not answer in JSON but in {kind[:80]}.",
                fix="Correct base_url and path; a login page often stands where an API moved.",
                code="not_json",
            ) from None

    def _unreached(self, error: httpx.HTTPError, url: str) -> Exception:
        cause, place = str(error), self._place(url)
        if "CERTIFICATE" in cause.upper():
            return Invalid(
                f"The certificate of {place} is not trusted: {self.scrub(cause)[:200]}",
                fix="Give its authority's file as ca_file, and the host by the name that the certificate is for.",
                code="certificate",
            )
        if any(text in cause for text in ("Name or service", "nodename nor", "No address", "getaddrinfo")):
            return Unavailable(f"There is no host called {place!r}.", fix="Correct base_url.", code="host_unknown")
        if isinstance(error, httpx.UnsupportedProtocol | httpx.DecodingError | httpx.LocalProtocolError):
            return Invalid(f"{place}: {self.scrub(cause)[:200]}", fix="Correct base_url and headers.", code="http")
        what = "takes too long" if isinstance(error, httpx.TimeoutException) else "does not answer"
        return _AgainError(
            Unavailable(
                f"{place} {what}.", fix="Check base_url and that the server runs, or try later.", code="no_answer"
            )
        )

    def _refused(self, response: httpx.Response, raw: bytes, url: str) -> None:
        status, place = response.status_code, self._place(url)
        said = self.scrub(" ".join(raw[:400].decode("utf-8", "replace").split()))[:200]
        limited = status == 403 and response.headers.get("x-ratelimit-remaining") == "0"
        if status in AGAIN or limited:
            kind = Throttled if status == 429 or limited else Unavailable
            detail = (
                f"{place} answers {status} again and again." if self.config.retries else f"{place} answers {status}."
            )
            error = kind(detail, fix="Try later, or raise retries and retry_seconds.", code=f"http_{status}")
            raise _AgainError(error, _retry_after(response.headers.get("retry-after")))
        if status in (401, 403):
            raise Invalid(
                f"{place} refuses the credentials ({status}). It says: {said}",
                fix="Set auth and its secret again.",
                code="wrong_credentials",
            )
        if status == 404:
            raise NotFound(
                f"There is nothing at {place} (404).", fix="Correct base_url or path.", code="path_not_found"
            )
        raise Invalid(f"{place} answers {status}. It says: {said}", fix="Check path and params.", code=f"http_{status}")

    def _place(self, url: str) -> str:
        parts = urlsplit(url)
        return self.scrub(f"{parts.netloc.rpartition('@')[2]}{parts.path}")


def _port(parts: Any) -> int:
    return parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)


def _retry_after(text: str | None) -> float | None:
    """What a Retry-After header asks for, in seconds from now (RFC 9110, 10.2.3)."""
    if not text:
        return None
    if text.strip().isdigit():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
