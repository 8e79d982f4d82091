"""What a person sees of a page."""

import html
import re
from typing import Any

from werkzeug.test import TestResponse

from app.kernel import verify

TOAST = re.compile(r'<p class="toast[^"]*"[^>]*>.*?<span>(.*?)</span>', re.DOTALL)
CARD = re.compile(r'class="note-title"><a href="([^"]*)">(.*?)</a>', re.DOTALL)


def text_of(response: TestResponse) -> str:
    """Return the source of a page."""
    return response.get_data(as_text=True)


def toasts(response: TestResponse) -> list[str]:
    """Return the messages that a page shows."""
    return [html.unescape(found) for found in TOAST.findall(text_of(response))]


def titles(response: TestResponse) -> list[str]:
    """Return the titles of the cards on a page, in order."""
    return [html.unescape(title) for _url, title in CARD.findall(text_of(response))]


def value_of(response: TestResponse, name: str) -> str:
    """Return the value of a hidden or text field."""
    source = text_of(response)
    for tag in re.findall(r"<input[^>]*>", source):
        if f'name="{name}"' in tag:
            found = re.search(r'value="([^"]*)"', tag)
            return html.unescape(found.group(1)) if found else ""
    return ""


def next_page(response: TestResponse) -> str | None:
    """Return where the link to older ones leads."""
    found = re.search(r'rel="next"[^>]*href="([^"]*)"|href="([^"]*)" rel="next"', text_of(response))
    return html.unescape(found.group(1) or found.group(2)) if found else None


def drifts(*names: str) -> list[Any]:
    """Return what the verifiers find."""
    return [drift for report in verify.run(names) for drift in report.drifts]
