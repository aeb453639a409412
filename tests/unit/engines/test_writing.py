"""Notebooks as text, against nbformat's own writer."""

from __future__ import annotations

from typing import Any

import nbformat
from hypothesis import given
from hypothesis import strategies as st

from workbench.engines.writing import notebook_text

texts = st.text(max_size=20) | st.sampled_from(["a\nb", "\r\n", "a\u2028b\n", "", "\x1b[0m", '"\\', "é\0"])
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
metadata = st.dictionaries(
    texts | st.sampled_from(["trusted", "signature", "orig_nbformat", "tags"]), values, max_size=3
)
kinds = st.sampled_from(["text/plain", "text/html", "image/png", "image/svg+xml", "application/json"])
bundles = st.dictionaries(kinds, values, max_size=3)
outputs = st.one_of(
    st.fixed_dictionaries(
        {"output_type": st.just("stream"), "name": st.just("stdout"), "text": texts | st.lists(texts)}
    ),
    st.fixed_dictionaries({"output_type": st.just("display_data"), "data": bundles, "metadata": metadata}),
    st.fixed_dictionaries({"output_type": st.just("execute_result"), "data": bundles, "execution_count": st.just(1)}),
    st.fixed_dictionaries({"output_type": st.just("error"), "ename": texts, "traceback": st.lists(texts, max_size=3)}),
)
cells = st.one_of(
    st.fixed_dictionaries(
        {"cell_type": st.sampled_from(["markdown", "raw"]), "source": texts, "metadata": metadata},
        optional={"attachments": st.dictionaries(texts, bundles, max_size=2), "id": texts},
    ),
    st.fixed_dictionaries(
        {
            "cell_type": st.just("code"), "source": texts | st.lists(texts, max_size=3), "metadata": metadata,
            "outputs": st.lists(outputs, max_size=4), "execution_count": st.none() | st.integers(),
        }
    ),
)  # fmt: skip


@given(st.lists(cells, max_size=4), metadata)
def test_the_text_is_nbformats(made: list[Any], meta: dict[str, Any]):
    """Whatever a notebook holds, not one byte differs, and the notebook is not changed."""
    nb = nbformat.from_dict({"cells": made, "metadata": meta, "nbformat": 4, "nbformat_minor": 5})
    before = repr(nb)

    assert notebook_text(nb) == nbformat.v4.writes(nb)
    assert repr(nb) == before


def test_keys_that_are_no_text_and_bytes():
    """Keys become text, and bytes are taken for text, as json and nbformat do."""
    meta = {"a": {1: True, 2: None}, "b": {None: b"x"}, "c": (1, ())}
    nb = nbformat.from_dict({"cells": [], "metadata": meta, "nbformat": 4, "nbformat_minor": 5})

    assert notebook_text(nb) == nbformat.v4.writes(nb)
