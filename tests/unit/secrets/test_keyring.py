"""The key is made once, kept to its owner, and never shown."""

from __future__ import annotations

import base64
import copy
import os
import pickle
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from workbench.core.errors import Unavailable
from workbench.domains.secrets.service import Key, Keyring
from workbench.domains.secrets.service.keyring import FILE, VARIABLE


def written(folder, text: str, mode: int = 0o600):
    """A key file with this text and mode."""
    path = folder / FILE
    path.write_text(text)
    path.chmod(mode)
    return path


KEY = base64.b64encode(bytes(range(32))).decode()
OTHER = base64.b64encode(bytes(range(1, 33))).decode()


def test_a_new_key_file_is_the_owners_alone(tmp_path):
    """The folder is 0700 and the file 0600, whatever the umask, and nothing else is left beside its lock."""
    before = os.umask(0)
    try:
        Keyring(tmp_path / "keys", {}).create()
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()}
    assert modes == {FILE: 0o600, f"{FILE}.lock": 0o600}


def test_a_key_that_is_there_is_never_replaced(tmp_path):
    """Making a key where one is changes nothing."""
    ring = Keyring(tmp_path, {})
    ring.create()
    first = (tmp_path / FILE).read_bytes()

    ring.create()

    assert (tmp_path / FILE).read_bytes() == first


def test_many_that_make_a_key_at_once_agree_on_one(tmp_path):
    """Sixteen threads that create and read at once all get the same whole key."""

    def make(_: int) -> str:
        ring = Keyring(tmp_path, {})
        ring.create()
        return ring.keys()[0].id

    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(make, range(64)))) == 1


def test_a_draft_of_a_process_that_died_does_no_harm(tmp_path):
    """Half a key left by a crash is neither used nor in the way."""
    (tmp_path / f"{FILE}.new").write_text("half")

    ring = Keyring(tmp_path, {})
    ring.create()

    assert len(ring.keys()) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o610, 0o700 | 0o001])
def test_a_key_that_others_can_reach_is_refused_with_the_mend(tmp_path, mode):
    """A file that is open to anybody else is not used, and the answer says which command mends it."""
    path = written(tmp_path, KEY, mode)

    with pytest.raises(Unavailable, match=f"has mode {mode:04o}") as caught:
        Keyring(tmp_path, {}).keys()

    assert caught.value.fix == f"Run `chmod 600 {path}`."
    assert caught.value.code == "secret_key_unsafe"


def test_a_key_of_another_user_is_refused(tmp_path, monkeypatch):
    """A file that somebody else put there is not trusted."""
    written(tmp_path, KEY)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)

    with pytest.raises(Unavailable, match=f"belongs to user {os.getuid()}"):
        Keyring(tmp_path, {}).keys()


def test_a_symbolic_link_or_a_pipe_is_no_key_file(tmp_path):
    """What stands in for the file is refused at once: a link elsewhere, and a pipe that would block for ever."""
    target = written(tmp_path, KEY).rename(tmp_path / "elsewhere")
    (tmp_path / FILE).symlink_to(target)
    with pytest.raises(Unavailable, match="plain file"):
        Keyring(tmp_path, {}).keys()

    (tmp_path / FILE).unlink()
    os.mkfifo(tmp_path / FILE, 0o600)
    with pytest.raises(Unavailable, match="not a plain file"):
        Keyring(tmp_path, {}).keys()


def test_a_missing_key_is_not_made_by_reading(tmp_path):
    """Reading without a key says where it should be and makes none."""
    with pytest.raises(Unavailable, match=f"there is no {tmp_path / FILE}") as caught:
        Keyring(tmp_path, {}).keys()

    assert caught.value.exit_code == 69
    assert "backup" in caught.value.fix
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "short", base64.b64encode(b"x" * 31).decode(), KEY + "\nnonsense", "\xff\xfe"])
def test_what_is_no_key_is_refused_without_showing_it(tmp_path, text):
    """A damaged file or variable is named, and its content is not."""
    written(tmp_path, text)
    with pytest.raises(Unavailable, match="holds no key") as caught:
        Keyring(tmp_path, {}).keys()
    assert not text or text not in str(caught.value)

    if text:
        with pytest.raises(Unavailable, match=VARIABLE):
            Keyring(tmp_path, {VARIABLE: text}).keys()


def test_the_environment_counts_before_the_file(tmp_path):
    """WORKBENCH_KEY is used where it is set, and the file is not even looked at."""
    written(tmp_path, KEY, 0o666)

    keys = Keyring(tmp_path, {VARIABLE: OTHER}).keys()

    assert [key.reveal() for key in keys] == [base64.b64decode(OTHER)]


def test_older_keys_stand_below_the_one_that_encrypts(tmp_path):
    """Several lines are several keys, the first of which is the current."""
    written(tmp_path, f"{OTHER}\n{KEY}\n")

    first, second = Keyring(tmp_path, {}).keys()

    assert (first.reveal(), second.reveal()) == (base64.b64decode(OTHER), base64.b64decode(KEY))
    assert first.id != second.id


def test_a_key_does_not_show_itself():
    """Neither repr nor text nor pickle nor copy gives the key away."""
    key = Key(b"canary" + bytes(26))

    assert repr(key) == str(key) == f"Key({key.id})"
    assert b"canary".hex() not in repr([key])
    for leak in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="not pickled"):
            leak(key)
