"""People who look at the demo's pages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import axe_playwright_python

from tests.runner.demo import Server

DESK, PHONE = {"width": 1360, "height": 900}, {"width": 390, "height": 844}
# A phone says that it is one, and the server sends it no open menu.
AGENT = "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Mobile Safari/537.36"
PATIENCE = 90_000  # milliseconds, on a machine that does much else
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}}
OVERFLOW = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
# Walks into shadow roots, where everything is; Bokeh's glyphs are drawn on a canvas that cuts them off.
SPREAD = """() => {
  const wide = [];
  const walk = (root) => { for (const e of root.querySelectorAll('*')) {
    const r = e.getBoundingClientRect();
    if (r.width && r.right > innerWidth + 1 && !e.closest('.scroll, .code, .unseen, [class*="bk-Glyph"]'))
      wide.push(e.tagName + '.' + e.className);
    if (e.shadowRoot) walk(e.shadowRoot);
  } };
  walk(document);
  return wide;
}"""
# What can be read, in the order of the document; it walks into shadow roots, where everything is.
TEXT = """() => {
  const said = [];
  const walk = (node) => { for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) said.push(child.textContent);
    if (child.nodeType !== Node.ELEMENT_NODE || /STYLE|SCRIPT/.test(child.tagName)) continue;
    if (child.nodeType === Node.ELEMENT_NODE && getComputedStyle(child).display === 'none') continue;
    if (child.shadowRoot) walk(child.shadowRoot);
    walk(child);
  } };
  walk(document.body);
  return said.join(' ');
}"""


class Visitor:
    """Somebody with a browser; notes what the browser complains of and what it loads."""

    def __init__(self, page: Any, server: Server) -> None:
        self.page, self.server = page, server
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.hosts.add(request.url.split("/")[2] if "://" in request.url else ""))

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def opens(self, query: str = "") -> Visitor:
        """Open the home page and wait for what it says."""
        self.page.goto(self.server.home + (f"&{query}" if query else ""))
        self.sees("Rows in the store")
        self.page.locator("#loader").wait_for(state="hidden")
        return self

    def visits(self, path: str, text: str) -> Visitor:
        """Sign in, open a page of the workspace and wait for what it says."""
        self.page.goto(self.server.home, wait_until="commit")
        self.page.goto(f"{self.server.pages}/{path}")
        self.sees(text)
        self.page.locator("#loader").wait_for(state="hidden")
        return self

    def faults(self) -> list[Any]:
        """What axe finds that breaks WCAG 2.1 A and AA or good practice."""
        self.page.evaluate(AXE)
        found = self.page.evaluate("rules => axe.run(rules)", RULES)
        assert len(found["passes"]) > 20
        return [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found["violations"]]

    def sticks_out(self) -> list[str]:
        """What is wider than the window, and by how much the window would scroll sideways."""
        by = self.page.evaluate(OVERFLOW)
        return [*([f"the page, by {by}"] if by else []), *self.page.evaluate(SPREAD)]

    def sees(self, text: str) -> None:
        """Wait until a text is visible."""
        self.page.get_by_text(text).filter(visible=True).first.wait_for()

    def chooses(self, filter_: str, choice: str) -> None:
        """Choose something in one of the lists under the navigation."""
        self.page.get_by_role("combobox", name=filter_).click()
        self.page.get_by_role("listbox").get_by_text(choice, exact=True).click()

    def text(self) -> str:
        """All that can be read on the page, spaces made plain."""
        return re.sub(r"[\s\u202f]+", " ", str(self.page.evaluate(TEXT)))
