"""What readers of something tell its owner."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from workbench.core.schemas import Key, Request, View


class RequestAccess(Request):
    """Ask the owner of something to let one see it."""

    id: Key
    message: str = Field(default="", max_length=1000)


class ReportProblem(Request):
    """Tell the owner of something what is wrong with it."""

    id: Key
    text: str = Field(min_length=3, max_length=2000)


class Told(View):
    """The answer to what was passed on; the same whether or not there was anybody to tell."""

    told: Literal[True] = True
    detail: str
