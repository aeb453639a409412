"""Styles of boxes; each goes into a shadow root of its own, so each stands alone."""

from __future__ import annotations

from typing import Final

# Bokeh hides what is not visible by a rule that a `display` of ours would undo; see `shell.reveal`.
GONE: Final = ":host(.gone) { display: none; }"
# On paper one part follows the other: a grid is laid out before it is cut into pages, and parts would overlap.
_PAPER: Final = """
@media print {
  :host { display: block; }
  div:not(:last-of-type) { margin-bottom: 12px !important; }
}
"""
STACK: Final = (
    """
:host {
  display: grid; flex: none !important; grid-template-columns: minmax(0, 1fr); grid-auto-rows: max-content;
  gap: 16px; align-content: start;
}
.scroll-button { display: none; }
@media (max-width: 700px) { :host { gap: 8px; } }
"""
    + _PAPER
)
SPLIT: Final = (
    """
:host {
  display: grid; grid-template-columns: minmax(0, 7fr) minmax(0, 5fr); grid-auto-rows: max-content;
  gap: 16px;
}
:host(.joined) { grid-template-columns: minmax(0, 1fr); }
div { align-self: stretch !important; height: auto !important; }
.scroll-button { display: none; }
@media (max-width: 1199px) { :host { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 700px) { :host { gap: 8px; } }
"""
    + _PAPER
)
BESIDE: Final = (
    """
:host { display: grid; grid-template: max-content 1fr / 300px minmax(0, 1fr); gap: 16px; }
div { align-self: start !important; height: auto !important; }
div:nth-of-type(2) { grid-row: 1 / span 2; grid-column: 2; }
.scroll-button { display: none; }
@media (max-width: 1099px) {
  :host { grid-template: none; grid-template-columns: minmax(0, 1fr); }
  div:nth-of-type(2) { grid-row: auto; grid-column: auto; }
}
@media (max-width: 700px) { :host { gap: 8px; } }
"""
    + _PAPER
)
EDITING: Final = (
    """
:host { display: grid; grid-template-columns: minmax(0, 1fr) 300px; gap: 16px; }
:host(.joined) { grid-template-columns: minmax(0, 1fr); }
div { align-self: start !important; height: auto !important; }
div:nth-of-type(2) { position: sticky; top: 16px; max-height: calc(100vh - 100px); overflow: auto; }
.scroll-button { display: none; }
@media (max-width: 1099px) {
  :host { grid-template-columns: minmax(0, 1fr); }
  div:nth-of-type(2) { top: auto; bottom: 0; max-height: 46vh; z-index: 30; }
}
@media (max-width: 700px) { :host { gap: 8px; } }
"""
    + _PAPER
)
CARD: Final = """
:host {
  padding: 12px 16px; border: 1px solid var(--mui-palette-divider, var(--wb-line)); border-radius: 8px;
  background: var(--mui-palette-background-paper, var(--wb-surface));
}
@media (max-width: 700px) { :host { padding: 12px; } }
@media print { :host { break-inside: avoid; } }
"""
MAIN: Final = """
:host { padding: 16px; }
@media (max-width: 700px) { :host { padding: 8px; } }
"""
FILTERS: Final = (
    ":host { margin: 8px 0 0; padding: 8px 12px; border-top: 1px solid var(--mui-palette-divider, var(--wb-line)); }"
)
ABOVE: Final = ":host { display: flex; flex-wrap: wrap; gap: 8px 16px; } div { flex: 0 1 260px !important; }"
NAVIGATION: Final = """
ul { list-style: none; }
.group { padding: 12px 16px 4px 20px; font-size: 12px; color: var(--muted); }
.below { margin-top: 8px; padding-top: 8px; border-top: 1px solid var(--line); }
a {
  display: flex; align-items: center; gap: 12px; min-height: 34px; padding: 6px 16px; color: var(--text);
  text-decoration: none; border-inline-start: 4px solid transparent;
}
a:hover { background: color-mix(in srgb, var(--primary) 6%, transparent); }
a[aria-current] {
  border-color: var(--primary); font-weight: 600; background: color-mix(in srgb, var(--primary) 9%, transparent);
}
a:focus-visible { outline-offset: -2px; }
.icon {
  flex: none; fill: none; stroke: currentColor; stroke-width: 1.5; stroke-linejoin: round; stroke-linecap: round;
}
a[aria-current] .icon { color: var(--primary); }
"""
BAR: Final = """
:host { flex: none !important; width: auto !important; margin-inline-start: auto !important; }
:host > div { flex-direction: row; align-items: center; gap: 12px; }
.search { position: relative; }
.search input { width: 240px; }
.search ul {
  position: absolute; inset-inline-end: 0; top: 34px; z-index: 1300; width: 340px; max-height: 70vh; overflow: auto;
  padding: 4px 0; list-style: none; background: var(--surface); border: 1px solid var(--line); border-radius: 8px;
}
.search li { display: flex; justify-content: space-between; gap: 12px; padding: 6px 12px; cursor: pointer; }
.search li span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.search li > .sub { flex: none; }
.search li:hover, .search li[aria-selected=true] { background: color-mix(in srgb, var(--primary) 10%, transparent); }
.account { position: relative; }
.account summary, .help {
  display: grid; place-items: center; width: 30px; height: 30px; border: 1px solid var(--line); border-radius: 50%;
  font-size: 12px; font-weight: 600; cursor: pointer; list-style: none;
}
.help { color: var(--muted); text-decoration: none; }
.account summary::-webkit-details-marker { display: none; }
.account summary:focus-visible, .account[open] summary { outline: 2px solid var(--primary); outline-offset: 1px; }
.sheet {
  position: absolute; inset-inline-end: 0; top: 38px; z-index: 1300; min-width: 220px; padding: 12px 16px;
  background: var(--surface); border: 1px solid var(--line); border-radius: 8px; overflow-wrap: anywhere;
}
.sheet ul { list-style: none; margin-top: 8px; padding-top: 8px; border-top: 1px solid var(--line); }
.sheet p + ul { border: 0; margin: 0; padding-top: 4px; }
.sheet #wb-others, .sheet #wb-views { margin-top: 8px; padding-top: 8px; border-top: 1px solid var(--line); }
.sheet a { display: block; padding: 4px 0; }
@media (max-width: 700px) { .search { display: none; } }
"""
