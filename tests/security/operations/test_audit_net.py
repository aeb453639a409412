"""A secret that was sent under a wrong name does not reach the audit trail."""

from __future__ import annotations

import pytest

from workbench.core.errors import Invalid


def test_the_value_of_an_unknown_field_is_not_recorded(caller):
    """The failure is on record with the field's name; its value is hidden."""
    with pytest.raises(Invalid):
        caller.call("connectors.create", name="crm", type="postgresql", pasword="canary-7f3a")

    [record] = caller.call("audit.list", operation="connectors.create").items

    assert record.outcome == "failed"
    assert record.detail["request"]["name"] == "crm"
    assert "pasword" in record.detail["request"]
    assert "canary" not in record.model_dump_json()
