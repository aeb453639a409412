"""What every store that keeps secrets must do."""

from __future__ import annotations

from abc import ABC, abstractmethod

import pytest

from workbench.core.errors import NotFound, Unavailable, WorkbenchError
from workbench.domains.secrets.drivers import SecretStore

CANARY = "c4n4ry-5t0r3"


class StoreContract(ABC):
    """The tests; an adapter says how its store is filled and opened."""

    @abstractmethod
    @pytest.fixture
    def store(self) -> SecretStore:
        """The store as the workbench opens it."""

    @abstractmethod
    @pytest.fixture
    def put(self):
        """Puts fields at a path, from the other side."""

    @pytest.fixture
    def broken(self, store) -> SecretStore:
        """The store, unable to answer or refusing."""
        raise NotImplementedError

    path = "crm"

    def test_a_field_is_read_as_it_is_now(self, store, put):
        """What was put is read, and what is put later replaces it."""
        put(self.path, password=CANARY, other="x")
        assert store.read(self.path, "password") == CANARY
        put(self.path, password="changed")

        assert store.read(self.path, "password") == "changed"

    def test_text_of_any_kind_is_read(self, store, put):
        """Quotes, line breaks and other alphabets come as they are."""
        text = "p'\"ä\\ß\n第二行 "
        put(self.path, password=text)

        assert store.read(self.path, "password") == text

    def test_what_is_not_there_is_said_to_be_missing(self, store, put):
        """A path or a field that does not exist is named, and no value of another field with it."""
        put(self.path, other=CANARY)
        for path, field in ((f"{self.path}-2", "password"), (self.path, "password")):
            with pytest.raises(NotFound) as caught:
                store.read(path, field)

            assert caught.value.code == "secret_not_in_store"
            assert path in caught.value.detail
            assert CANARY not in str(caught.value.problem())

    def test_a_store_that_does_not_answer_is_named_with_the_path(self, broken):
        """The error says which store and path, and what to do."""
        with pytest.raises(WorkbenchError) as caught:
            broken.read(self.path, "password")

        assert isinstance(caught.value, Unavailable)
        assert broken.kind in caught.value.detail
        assert self.path in caught.value.detail
        assert caught.value.fix
