"""A reference names a store, a path and a field, and leads only to what is the workspace's own."""

from __future__ import annotations

import pytest

from workbench.core.errors import Invalid, Unavailable
from workbench.core.settings import load
from workbench.domains.secrets.drivers import open_store
from workbench.domains.secrets.service.references import Reference, Stores, checked


@pytest.fixture
def settings(tmp_path):
    """Settings of a home with mounted secrets."""
    return load({"home": tmp_path / "home", "mounted_folder": str(tmp_path / "mounted")}, environ={})


def test_a_reference_has_three_parts():
    """Store, path and field are told apart."""
    assert Reference.parse("vault:kv/data/crm#password") == Reference("vault", "kv/data/crm", "password")


@pytest.mark.parametrize(
    "text",
    [
        "", "vault", "vault:", "vault:a", "vault:#b", "vault:a#", "elsewhere:a#b", "Vault:a#b", "vault:a#b#c",
        "vault:../a#b", "vault:a/../b#c", "vault:a/./b#c", "vault:a//b#c", "vault:/a#b", "vault:a/#b", "vault:a#..",
        "vault:a%2e%2e/b#c", "vault:a?list=true#b", "vault:a b#c", "vault:a\n#b", "vault:a#b\n", "mounted:a\\..\\b#c",
        "vault:" + "a" * 600 + "#b", "vault:ä#b",
    ],
)  # fmt: skip
def test_what_is_no_reference_is_refused(text):
    """Neither another store, nor dots, nor escapes, nor empty parts are understood."""
    with pytest.raises(Invalid) as caught:
        Reference.parse(text)

    assert caught.value.code == "secret_reference"


@pytest.mark.parametrize(
    ("workspace", "text", "allowed"),
    [
        ("sales", "vault:kv/data/workbench/sales/crm#password", True),
        ("sales", "vault:kv/data/workbench/sales2/crm#password", False),
        ("sales", "vault:kv/data/workbench/crm#password", False),
        ("sales", "vault:kv/data/other/sales/crm#password", False),
        ("sales", "vault:sys/raw/workbench/sales/crm#password", False),
        ("sales", "mounted:sales/crm#password", True),
        ("sales", "mounted:sales_2/crm#password", False),
        ("sales", "mounted:crm/sales#password", False),
        ("sales", "kubernetes:workbench.sales.crm#password", True),
        ("sales", "kubernetes:workbench.sales-2.crm#password", False),
        ("sales_2", "kubernetes:workbench.sales-2.crm#password", True),
        ("sales_2", "kubernetes:workbench.sales.crm#password", False),
    ],
)
def test_a_workspace_refers_to_its_own_secrets_only(settings, workspace, text, allowed):
    """What begins like another workspace's paths, or lies elsewhere, is refused before any store is asked."""
    if allowed:
        assert checked(settings, workspace, text)
        return
    with pytest.raises(Invalid, match="may not refer to") as caught:
        checked(settings, workspace, text)
    assert caught.value.code == "secret_reference_not_allowed"


def test_an_answer_is_kept_for_a_minute_unless_a_fresh_one_is_wanted(settings, tmp_path, monkeypatch):
    """The store is asked once a minute; after that, or when told to, again."""
    file = tmp_path / "mounted" / "default" / "crm" / "password"
    file.parent.mkdir(parents=True)
    file.write_text("first-value")
    stores, text, clock = Stores(settings), "mounted:default/crm#password", [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    assert stores.resolve("default", text) == "first-value"
    file.write_text("second-value")

    assert stores.resolve("default", text) == "first-value"
    assert stores.resolve("default", text, fresh=True) == "second-value"
    file.write_text("third-value")
    clock[0] += 61
    assert stores.resolve("default", text) == "third-value"
    with pytest.raises(Invalid, match="may not refer"):  # what is known to one workspace is not given to another
        stores.resolve("other", text)


@pytest.mark.parametrize("kind", ["vault", "mounted", "kubernetes"])
def test_a_store_that_is_not_set_up_says_how_to(tmp_path, kind):
    """Without settings, and outside a cluster, the answer names what to set."""
    with pytest.raises(Unavailable) as caught:
        open_store(kind, load({"home": tmp_path}, environ={}))

    assert caught.value.code == "secret_store_not_set_up"
    assert caught.value.fix
