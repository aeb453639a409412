"""Which words are looked for."""

from __future__ import annotations

from workbench.domains.search.service.ranking import MOST_WORDS, fits, rank_of, words_of
from workbench.domains.store.models import Table


def test_each_word_is_looked_for_once_and_few_of_them():
    """Each costs a look into every column of every kind: who repeats one does not have it looked for again."""
    assert words_of("a A  b a") == ["a", "b"]
    assert words_of(" ".join(map(str, range(100)))) == [str(number) for number in range(MOST_WORDS)]
    assert str(fits("a " * 100, [Table.name])) == str(fits("a", [Table.name]))
    assert rank_of("delays delays", "daily_delays") > 0
