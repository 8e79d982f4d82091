"""Whom and what texts point to: found before a transaction, kept inside it, told once.

A name becomes ``@`` and the Yid in what is stored, so a text follows a renaming; whoever edits it
reads the name again. Linear in the text, whatever stands in it.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from app.community.queries import named
from app.community.queries.cards import ready_cards
from app.community.queries.tables import TEXT_WORK
from app.community.queries.topics import KnownTags, known_tags, topic_paths
from app.community.service import crowds
from app.community.service.tags import tags_in
from app.community.settings import card_hosts
from app.community.types import NamesBarredError
from app.community.types.writing import MAX_CARDS, MAX_MENTIONS
from app.kernel import clock, ids, jobs
from app.kernel.db import changed, insert
from app.kernel.i18n import gettext as _
from app.kernel.text import Marks, lone_addresses, render_markdown

CARDS_SWEEP, TEXTS_SWEEP = "community.cards", "community.texts"
LONGEST_NAME = 24
LONGEST_URL = 2_000
ROOM = MAX_MENTIONS * (ids.CODE_LENGTH + 2)  # by which Yids may lengthen a text
_SPOT = re.compile(
    r"(?P<code>```.*?(?:```|\Z)|`[^`\n]*`)|(?P<at>(?<![0-9A-Za-z_])[@＠])", re.DOTALL
)
_YID = re.compile(rf"@([{ids.ALPHABET}]{{{ids.CODE_LENGTH + 1}}})(?![0-9A-Za-z])")
_LATIN = re.compile(r"[0-9A-Za-z_]")
_STOP = re.compile(r"[\n@＠]")


@dataclass(frozen=True, slots=True)
class Marked:
    """Texts with what they point to.

    Attributes:
        texts: as they are stored: people by their Yids.
        people: ids of the members named, in their order.
        links: addresses that stand alone on a line and may become cards.
        tags: what is known of their tags.
        crowds: groups of the team that they call, if their author may.
        barred: names of people who have blocked the author.
    """

    texts: tuple[str, ...]
    marks: Marks = field(default_factory=Marks)
    people: tuple[int, ...] = ()
    tags: KnownTags = field(default_factory=KnownTags)
    links: tuple[str, ...] = ()
    crowds: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()

    def check(self) -> None:
        """Let no text through that names whom its author may not name.

        Raises:
            NamesBarredError: it names somebody who has blocked him.
        """
        if self.barred:
            name = self.barred[0]
            raise NamesBarredError(
                _("%(name)s can't be named by you. Write it without the @.", name=name)
            )


def mark(author_id: int, texts: Sequence[str], title: str = "") -> Marked:
    """Find out whom and what texts point to. At most three statements, none for plain texts.

    At most 40 people and five cards; what is over stays the text it is. Cards come later. A title
    points to nothing, but has tags.
    """
    stored, people = _with_yids(author_id, texts)
    names = {each.yid: each.name for each in people}
    tags = tags_in("\n".join([title, *texts]))
    known = known_tags(tags)
    marks = Marks(names, known.paths(tags))
    return Marked(
        stored, marks, tuple(each.id for each in people), known, _card_links(stored, marks),
        crowds.called(author_id, stored), tuple(each.name for each in people if each.is_barred),
    )  # fmt: skip


def _card_links(texts: Sequence[str], marks: Marks) -> tuple[str, ...]:
    if not card_hosts() or not any("https://" in text for text in texts):
        return ()
    found = dict.fromkeys(
        url
        for text in texts
        for url in lone_addresses(render_markdown(text, marks))
        if _may_be_card(url)
    )
    return tuple(found)[:MAX_CARDS]


def _may_be_card(url: str) -> bool:
    """Return whether an address is of a host that the operator allows."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    allowed = card_hosts()
    return len(url) <= LONGEST_URL and (
        "*" in allowed or any(host == each or host.endswith(f".{each}") for each in allowed)
    )


# --- people --------------------------------------------------------------------------------------


def _with_yids(author_id: int, texts: Sequence[str]) -> tuple[tuple[str, ...], list[named.Named]]:
    """Return texts in which names are Yids, and who is named."""
    if not any("@" in text or "＠" in text for text in texts):
        return tuple(texts), []
    windows = dict.fromkeys(window for text in texts for _, window in _windows(text))
    few = list(windows)[:MAX_MENTIONS]
    names = {window[:end] for window in few for end in range(1, len(window) + 1)}
    yids = {window[: ids.CODE_LENGTH + 1] for window in few if _YID.match(f"@{window}")}
    found = named.who_is_named(author_id, names, yids)
    meant = _meant(found)
    stored = tuple(_named(text, meant) for text in texts)
    by_yid = {each.yid: each for each in found}
    in_order = dict.fromkeys(
        match[1] for text in stored for match in _YID.finditer(text) if match[1] in by_yid
    )
    return stored, [by_yid[yid] for yid in in_order][:MAX_MENTIONS]


def _windows(text: str) -> Iterable[tuple[int, str]]:
    """Return where a name may begin, and what follows there."""
    for match in _SPOT.finditer(text):
        if match["at"]:
            window = text[match.end() : match.end() + LONGEST_NAME]
            stop = _STOP.search(window)
            yield match.end(), window[: stop.start()] if stop else window


def _meant(found: Sequence[named.Named]) -> dict[str, str]:
    """Return name -> Yid where it is clear who is meant."""
    by_name: dict[str, list[named.Named]] = {}
    for each in found:
        by_name.setdefault(each.name, []).append(each)
    meant = {}
    for name, all_of_it in by_name.items():
        known = [each for each in all_of_it if each.is_followed]
        clear = all_of_it if len(all_of_it) == 1 else known
        if len(clear) == 1:
            meant[name] = clear[0].yid
    return meant


def _named(text: str, meant: dict[str, str]) -> str:
    """Return a text with the longest names that fit replaced by Yids, forty at most."""
    pieces: list[str] = []
    done = count = 0
    for start, window in _windows(text):
        if count == MAX_MENTIONS:
            break
        length = _longest(window, text[start + len(window) : start + len(window) + 1], meant)
        if length:
            count += 1
            pieces += [text[done : start - 1], "@", meant[window[:length]]]
            done = start + length
            if _LATIN.match(text[done : done + 1]):
                pieces.append(" ")  # else the Yid would run into the next word
    return "".join([*pieces, text[done:]])


def _longest(window: str, after: str, meant: dict[str, str]) -> int:
    for length in range(len(window), 0, -1):
        following = window[length : length + 1] or after
        cuts_word = _LATIN.match(window[length - 1]) and _LATIN.match(following)
        if window[:length] in meant and not cuts_word:
            return length
    return 0


def unmark(texts: Sequence[str]) -> list[str]:
    """Return texts as their author edits them: names again where they are clear. One statement."""
    yids = {match[1] for text in texts for match in _YID.finditer(text)}
    now = named.names_now(yids)

    def name(match: re.Match[str]) -> str:
        known = now.get(match[1])
        return f"@{known.name}" if known and known.is_unique else match[0]

    return [_YID.sub(name, text) for text in texts]


# --- keeping -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands; ``floor`` 0 is the thread itself."""

    thread_id: int
    floor: int
    author_id: int
    reply_id: int | None = None


def leave(place: Place, marked: Marked, *, is_new: bool) -> None:
    """Leave to the worker what a text asks for, inside its transaction. At most one statement."""
    if is_new and not (marked.people or marked.links or marked.crowds):
        return
    row = {
        "author_id": place.author_id,
        "reply_id": place.reply_id,
        "people": list(marked.people),
        "links": list(marked.links),
        "crowds": list(marked.crowds),
        "at": clock.now(),
    }
    key = {"thread_id": place.thread_id, "floor": place.floor}
    statement = insert(TEXT_WORK).values(**key, **row)
    changed(
        statement.on_conflict_do_update(
            index_elements=["thread_id", "floor"],
            set_={name: statement.excluded[name] for name in row},
        )
    )
    jobs.nudge(TEXTS_SWEEP)


def digest_of(url: str) -> str:
    """Return the key of an address's card."""
    return hashlib.sha256(url.encode()).hexdigest()


# --- again ---------------------------------------------------------------------------------------


def marks_of(texts: Sequence[str]) -> Marks:
    """Return what stored texts point to, as it is now. At most three statements."""
    yids = {match[1] for text in texts for match in _YID.finditer(text)}
    names = {yid: now.name for yid, now in named.names_now(yids).items()}
    topics = topic_paths(tags_in("\n".join(texts)))
    marks = Marks(names, topics)
    return Marks(names, topics, ready_cards(_card_links(texts, marks)))
