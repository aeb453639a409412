"""The text of a token can be told from a look-alike, and from nothing else."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from workbench.core.secrets import mask
from workbench.domains.access.service.tokentext import new_text, shown, well_formed

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def test_a_token_has_256_random_bits_and_a_checksum():
    """Tokens are long, of harmless characters, well formed, and never the same."""
    made = {new_text() for _ in range(500)}

    assert len(made) == 500
    assert all(re.fullmatch(r"wbt_[0-9A-Za-z]{49}", text) and well_formed(text) for text in made)


@given(place=st.integers(4, 52), digit=st.sampled_from(DIGITS))
def test_one_wrong_character_is_noticed(place, digit):
    """A mistyped token is known as such without asking the database."""
    text = new_text()
    typed = text[:place] + digit + text[place + 1 :]

    assert well_formed(typed) == (typed == text)


@given(text=st.text(max_size=80))
def test_other_text_is_no_token(text):
    """No odd text breaks the check or passes it."""
    assert not well_formed(text)
    assert not well_formed("wbt_" + text)


def test_what_is_shown_of_a_token_is_not_the_token():
    """The part that is shown leaves more than 200 bits unknown, and text that holds a whole token is masked."""
    text = new_text()

    assert text.startswith(f"wbt_{shown(text)}")
    assert len(shown(text)) == 8
    assert text not in mask(f"used {text} here")
