"""Parameters on a command line mean what papermill takes them for."""

from __future__ import annotations

import base64

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from workbench.cli.parameters import taken
from workbench.core.errors import Invalid

NAMES = st.from_regex(r"[a-z_]{1,5}", fullmatch=True)
SCALARS = st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text(st.characters(codec="ascii"), max_size=8)


@given(
    texts=st.dictionaries(NAMES, st.text(max_size=10).filter(lambda text: "\0" not in text), max_size=4),
    rest=st.lists(st.sampled_from(["a.ipynb", "--json", "out.ipynb"]), max_size=3),
)
def test_names_and_values_are_taken_as_they_are(texts, rest):
    """Whatever stands behind `-p NAME` is its value, also a dash or a flag; the other words are left."""
    words = [word for name, text in texts.items() for word in ("-p", name, text)]

    found, others = taken([*rest, *words])

    assert (found.texts, found.values, others) == (texts, {}, rest)


@given(values=st.dictionaries(NAMES, SCALARS, max_size=4))
def test_yaml_and_base64_give_values(values):
    """`-y` and `-b` read the same YAML to the same values."""
    text = yaml.safe_dump(values)
    for flag, source in (("-y", text), ("-b", base64.b64encode(text.encode()).decode())):
        assert taken([flag, source])[0].values == values


def test_later_kinds_win(tmp_path):
    """As with papermill: Base64, then files, then YAML, then -p, then -r."""
    file = tmp_path / "parameters.yaml"
    file.write_text("a: 1\nb: 1\nc: 1\nd: 1\n")
    coded = base64.b64encode(b"a: 0\nz: 0").decode()

    found, _ = taken(
        ["-r", "d", "raw", "-p", "c", "3", "-p", "d", "4", "-y", "{b: 2, c: 2}", "-f", str(file), "-b", coded]
    )

    assert found.values == {"z": 0, "a": 1, "b": 2, "d": "raw"}
    assert found.texts == {"c": "3"}


def test_dates_stay_text():
    """What looks like a date is not turned into something that JSON cannot hold."""
    assert taken(["-y", "day: 2026-01-31"])[0].values == {"day": "2026-01-31"}


@pytest.mark.parametrize("flag", ["--parameters", "--parameters_raw", "--parameters-raw"])
def test_long_flags_are_understood(flag):
    """Papermill's long names, with both ways to write them."""
    found, _ = taken([flag, "a", "1"])

    assert found.texts == ({"a": "1"} if flag == "--parameters" else {})
    assert found.values == ({} if flag == "--parameters" else {"a": "1"})


def test_a_long_flag_may_have_its_value_behind_an_equals_sign():
    """`--parameters_yaml='a: 1'` is one word."""
    assert taken(["--parameters_yaml=a: 1"])[0].values == {"a": 1}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["-p"], "wants a name and a value"),
        (["-p", "a"], "wants a name and a value"),
        (["-y"], "wants a value"),
        (["-y", "a: [1"], "not YAML"),
        (["-y", "[1, 2]"], "no names and values"),
        (["-y", "7: 1"], "no names and values"),
        (["-y", "!!python/object/apply:os.system ['true']"], "not YAML"),
        (["-b", "***"], "not Base64"),
        (["-b", base64.b64encode(b"\xff\xfe").decode()], "not Base64"),
        (["-f", "/no/such/file"], "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_refused(words, told):
    """Each refusal names the flag and what is wrong with it."""
    with pytest.raises(Invalid, match=told) as error:
        taken(words)

    assert words[0] in error.value.detail
    assert error.value.fix


def test_a_path_is_filled_with_given_names():
    """`{name}` in an output's path stands for a parameter's value."""
    found, _ = taken(["-p", "month", "03", "-y", "carrier: AA"])

    assert found.filled("out/{month}-{carrier}.ipynb") == "out/03-AA.ipynb"


@pytest.mark.parametrize(
    "path", ["{other}.ipynb", "{a}.ipynb", "{0}", "{month.__class__}", "{month:>10000000}", "a}b", "{", "{{month}}"]
)
def test_a_path_is_not_filled_with_anything_else(path):
    """Unknown names, formats, attributes and values that lead elsewhere are refused."""
    found, _ = taken(["-p", "month", "3", "-p", "a", "../../etc/passwd"])

    with pytest.raises(Invalid, match="cannot be used"):
        found.filled(path)
