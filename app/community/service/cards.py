"""Pages elsewhere become cards: looked at by the worker through the one way out, kept as text."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import sqlalchemy as sa

from app.community.queries import cards as reads
from app.community.queries.cards import WaitingCard
from app.community.queries.tables import CARD
from app.community.service.rendering import render_again
from app.community.types.writing import CardState
from app.kernel import clock, outbound
from app.kernel.db import changed, db, use_case
from app.kernel.outbound import Asked, Fetch, OutboundError
from app.kernel.text import clean, shorten

MOST_BYTES, SECONDS = 1024 * 1024, 8.0
TRIES = 3
LONGEST_TITLE, LONGEST_TEXT, LONGEST_SITE = 120, 160, 60
TEXTS = 500  # that show one page; more than these keep their plain link
OK = 200
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9_-]{2,20})", re.IGNORECASE)
HEADERS = {"Accept": "text/html", "User-Agent": "Potluck-cards", "Accept-Encoding": "identity"}


def look_at_waiting(limit: int = 5, fetch: Fetch = outbound.fetch) -> int:
    """Look at pages that posts link to; return how many were settled. Runs outside use cases."""
    waiting = reads.waiting_cards(limit)
    db.session.rollback()
    for card in waiting:
        _look_at(card, fetch)
    return len(waiting)


def _look_at(card: WaitingCard, fetch: Fetch) -> None:
    asked = Asked(card.url, HEADERS, most_bytes=MOST_BYTES, seconds=SECONDS)
    try:
        answer = fetch(asked)
    except OutboundError as error:
        may_come_back = error.reason in {"too_slow", "unreachable"}
        _settle(
            card,
            CardState.WAITING if may_come_back and card.attempts + 1 < TRIES else CardState.DEAD,
        )
        return
    kind = answer.headers.get("content-type", "").lower()
    page = _read(answer.body, kind) if answer.status == OK and "html" in kind else None
    if page is None or not page.best_title:
        _settle(card, CardState.DEAD)
        return
    host = (urlsplit(card.url).hostname or "").removeprefix("www.")
    _settle(
        card,
        CardState.READY,
        shorten(page.best_title, LONGEST_TITLE),
        shorten(page.best_text, LONGEST_TEXT),
        # The host is always told: a page may say it is another's.
        shorten(f"{page.site} · {host}" if page.site else host, LONGEST_SITE),
    )
    for thread_id, floor in reads.texts_with(card.digest, TEXTS):
        render_again(thread_id, floor)


@use_case
def _settle(
    card: WaitingCard, state: CardState, title: str = "", text: str = "", site: str = ""
) -> None:
    now = clock.now()
    values = {
        "state": state, "title": title, "text": text, "site": site, "attempts": card.attempts + 1,
        "fetched_at": now,
    }  # fmt: skip
    if state is CardState.WAITING:
        values["created_at"] = now  # to the end of the queue
    changed(sa.update(CARD).where(CARD.c.digest == card.digest).values(values))


class _Page(HTMLParser):
    """What a page says of itself in its head."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title, self.site = "", ""
        self._said: dict[str, str] = {}
        self._in_title = False

    @property
    def best_title(self) -> str:
        return _plain(self._said.get("og:title") or self.title)

    @property
    def best_text(self) -> str:
        return _plain(self._said.get("og:description") or self._said.get("description", ""))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "title" and not self.title:
            self._in_title = True
        if tag == "meta":
            said = dict(attrs)
            name = (said.get("property") or said.get("name") or "").lower()
            self._said.setdefault(name, said.get("content") or "")
            if name == "og:site_name":
                self.site = _plain(said.get("content") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title and len(self.title) < LONGEST_TEXT:
            self.title += data


def _plain(text: str) -> str:
    """Return one line without control signs or tricks of direction."""
    return " ".join((clean(" ".join(text[:1_000].split())) or "").split())


def _read(body: bytes, kind: str) -> _Page:
    named = _CHARSET.search(kind.encode()) or _CHARSET.search(body[:2_048])
    charset = named[1].decode() if named else "utf-8"
    try:
        text = body.decode(charset, "replace")
    except LookupError:
        text = body.decode("utf-8", "replace")
    page = _Page()
    page.feed(text)
    return page
