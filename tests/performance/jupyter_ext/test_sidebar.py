"""How soon a click on Run is answered in JupyterLab (aim: less than 0.5 s), and what the sidebar weighs."""

from __future__ import annotations

import gzip
import statistics

import pytest

from tests.e2e.conftest import chromium, new_page  # noqa: F401 - fixtures
from tests.e2e.lab.conftest import scientist, server  # noqa: F401 - fixtures

# Notes when Run is clicked, and when the panel of its run first shows how that stands.
NOTED = """() => {
  const form = document.querySelector('.wb-RunForm');
  const shown = new MutationObserver(() => {
    if (/queued|starting|running/.test(document.querySelector('.wb-Run:not(.lm-mod-hidden)')?.innerText)) {
      window.answered = performance.now() - window.clicked;
      shown.disconnect();
    }
  });
  form.addEventListener('click', () => { window.clicked = performance.now(); }, { capture: true, once: true });
  shown.observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


@pytest.mark.thorough
def test_a_click_on_run_is_answered_soon(scientist, quick, record_property):  # noqa: F811
    """From the click to the run's first status in its panel, measured in the browser; the median of several runs."""
    took = []
    for _ in range(1 if quick else 7):
        someone = scientist().opens()
        someone.sidebar.get_by_role("button", name="Carrier scorecard").first.click()
        form = someone.page.get_by_role("form")
        form.wait_for()
        someone.page.evaluate(NOTED)
        form.get_by_role("button", name="Run", exact=True).click()
        someone.page.wait_for_function("window.answered")
        took.append(someone.page.evaluate("window.answered") / 1000)
        someone.sees("succeeded", someone.page.get_by_role("article"))
    median = statistics.median(took)
    print(f"click on Run to its first status: {median:.2f} s")
    record_property("click on Run to its first status, seconds", round(median, 3))

    assert median < 0.5 or quick  # a test run shares the machine


def test_the_sidebar_weighs_little(bundle, record_property):
    """All chunks together, and as a browser is sent them; what is not opened is not even loaded."""
    chunks = [path.read_bytes() for path in (bundle / "static").glob("*.js")]
    raw, sent = sum(map(len, chunks)), sum(len(gzip.compress(chunk)) for chunk in chunks)
    print(f"the sidebar: {len(chunks)} chunks, {raw:,} bytes, {sent:,} compressed")
    record_property("sidebar bytes", {"all": raw, "compressed": sent})

    assert len(chunks) > 3
    assert sent < 60_000
