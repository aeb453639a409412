"""What is not ours, framed in a page of ours: it runs, and has no part in what surrounds it."""

from __future__ import annotations

from markupsafe import Markup

FRAMED = """
.framed {
  position: relative; min-height: 320px; height: max(320px, calc(100vh - 210px));
  border: 1px solid var(--wb-line); border-radius: 8px; overflow: hidden; background: var(--wb-surface);
}
.framed iframe { position: absolute; inset: 0; width: 100%; height: 100%; border: 0; }
@media print { .framed { height: 90vh; } }
"""


def framed(label: str, address: str) -> Markup:
    """A document that scripts of strangers run in: of no origin, it neither sees our pages nor leads them away."""
    return Markup(
        '<div class="framed"><iframe title="{}" src="{}" sandbox="allow-scripts allow-forms" allow="" '
        'referrerpolicy="no-referrer"></iframe></div>'
    ).format(label, address)
