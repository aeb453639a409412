"""People of a team in a browser, each from the link of an invitation on."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.runner.team import ADMIN, PASSWORD, Team, fill_in
from tests.runner.visitors import AGENT, DESK, PHONE, Visitor

ON_PHONE = {
    "viewport": PHONE, "is_mobile": True, "has_touch": True, "device_scale_factor": 2, "user_agent": AGENT,
    "bypass_csp": True,
}  # fmt: skip


class Member(Visitor):
    """Somebody of a team, who signs in with a name and a password."""

    server: Team

    @property
    def pages(self) -> str:
        """Where the pages of the workspace are."""
        return f"{self.server.base}/workbench/apps/default"

    def accepts(self, link: str, name: str) -> Member:
        """Take up an invitation, and arrive somewhere."""
        self.page.goto(link)
        fill_in(self.page, "Accept", display_name=name, password=PASSWORD)
        self.page.wait_for_url(re.compile(r"/lab|/workbench/apps"))
        return self

    def signs_in(self, name: str) -> Member:
        """Sign in as somebody who has an account."""
        self.page.goto(f"{self.server.base}/workbench/login?next=%2Fworkbench%2Fapps%2Fdefault%2Fhome")
        fill_in(self.page, "Sign in", name=name, password=PASSWORD)
        self.page.wait_for_url("**/workbench/apps/default/home")
        return self

    def visits(self, path: str, text: str) -> Member:
        """Open a page of the workspace and wait for what it says."""
        self.page.goto(f"{self.pages}/{path}")
        self.sees(text)
        self.page.locator("#loader").wait_for(state="hidden")
        return self

    def ingests(self, source: str, name: str, target: str) -> None:
        """Fill in the template of files, whose page is open, for a connector's orders; arrive at the new pipeline."""
        self.page.get_by_label("Name of the pipeline").fill(name)
        self.page.get_by_label("Connector").select_option(source)
        self.page.locator("select[name=files]").select_option("orders")  # once the folder was looked into
        self.page.get_by_label("Target").fill(target)
        self.presses("Make the pipeline")
        self.page.wait_for_url(f"**/pipelines/{name}")

    def runs(self) -> None:
        """Run the pipeline whose page is open, and wait for the end on the run's page."""
        self.presses("Run")
        self.page.wait_for_url("**/runs/*")
        self.sees("succeeded")

    def presses(self, name: str, kind: str = "button") -> None:
        """Press what is called so."""
        self.page.get_by_role(kind, name=name, exact=True).first.click()


@pytest.fixture
def member(served: Team, new_page: Callable[..., Any]) -> Callable[..., Member]:
    """Makes windows of people who are not signed in yet."""

    def make(*, phone: bool = False) -> Member:
        return Member(new_page(**(ON_PHONE if phone else {"viewport": DESK, "bypass_csp": True})), served)

    return make


@pytest.fixture
def admin(member: Callable[..., Member]) -> Member:
    """The team's first account, at Home."""
    return member().signs_in(ADMIN)


@pytest.fixture
def orders(served: Team, request: pytest.FixtureRequest) -> str:
    """A connector to a folder of the workspace with a file of orders, as a colleague has set it up."""
    name = request.module.__name__.rpartition("test_")[2]
    folder = served.files / "default" / name
    folder.mkdir(mode=0o700, parents=True)
    with (folder / "orders.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("id", "country", "amount"), (1, "FR", 20), (2, "DE", 30), (3, "FR", 50)])
    served.workbench("connectors", "create", "--name", name, "--type", "files", "--config", f'{{"path": "{name}"}}')
    return name
