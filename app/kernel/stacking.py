"""Tables that become cards on a phone: every cell is told the heading that it stands under.

A wide table scrolls sideways on a phone, and what a figure means is out of sight. So each row is
shown as a card there, by CSS alone: its row heading is the title, and ``data-label`` brings the
column's heading to each of the others. They stay tables for readers of the screen: roles say so,
because some browsers forget it when the ``display`` is another.
"""

import re

from flask import Flask
from markupsafe import Markup, escape

_TAG = re.compile(r"<(thead|tbody|tfoot|tr|th|td)\b([^>]*)>")
_HEADING = re.compile(r"<th\b([^>]*)>(.*?)</th>", re.DOTALL)
_COLSPAN = re.compile(r'\bcolspan="(\d+)"')
_UNSEEN = re.compile(r'<span class="vh">.*?</span>', re.DOTALL)
_ROLES = {"thead": "rowgroup", "tbody": "rowgroup", "tfoot": "rowgroup", "tr": "row", "td": "cell"}


def init_app(app: Flask) -> None:
    """Let templates say ``|stacked``; only the table macros do."""
    app.jinja_env.filters["stacked"] = stacked


def stacked(rows: str) -> Markup:
    """Return the inside of a table with its headings at its cells.

    Args:
        rows: ``thead``, ``tbody`` and ``tfoot`` as a template printed them; no table in a table.
    """
    head, end, body = str(rows).partition("</thead>")
    labels = _labels(head)
    column = 0

    def marked(found: re.Match[str]) -> str:
        nonlocal column
        tag, rest = found.groups()
        if tag == "tr":
            column = 0
        if tag not in {"th", "td"}:
            return f'<{tag}{rest} role="{_ROLES[tag]}">'
        label = labels[column] if column < len(labels) else ""
        span = _COLSPAN.search(rest)
        column += int(span[1]) if span else 1
        role = _ROLES.get(tag) or ("columnheader" if 'scope="col' in rest else "rowheader")
        is_title = tag == "th" and "num" not in rest  # a figure alone is no title
        said = f' data-label="{label}"' if label and not is_title else ""
        return f'<{tag}{rest} role="{role}"{said}>'

    return Markup(_TAG.sub(marked, head) + end + _TAG.sub(marked, body))  # noqa: S704 - templates' own


def _labels(head: str) -> list[str]:
    """Return a label for each column; an empty one where the heading is not seen either."""
    labels = []
    for rest, inside in _HEADING.findall(head):
        seen = Markup(_UNSEEN.sub("", inside)).striptags()  # noqa: S704 - read, not printed
        span = _COLSPAN.search(rest)
        labels += [str(escape(seen))] * (int(span[1]) if span else 1)
    return labels
