"""The search page, its filters, what it suggests, and what a member searched for lately."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import i18n, web
from app.kernel.i18n import gettext as _
from app.kernel.startup import limiter
from app.search import queries, service
from app.search.policy import excerpt_of, highlighted, read_query
from app.search.types import (
    MANY,
    Asked,
    Card,
    Chosen,
    Found,
    Kind,
    Piece,
    Sort,
    filters,
    find_kind,
    kinds,
    suggesters,
)

bp = Blueprint("search", __name__)
FAST, TYPING = "60 per minute", "180 per minute"
MOST_SUGGESTED = 10
LONGEST = 4_000  # bytes of a query string


@dataclass(frozen=True, slots=True)
class Line:
    """A hit as the page prints it."""

    card: Card
    title: Sequence[Piece]
    text: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, and the address without it."""

    label: str
    icon: str
    url: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found.

    Attributes:
        instead: what was searched for in place of words that nothing has.
        meant: what may have been meant, where filters keep us from looking ourselves.
    """

    found: Found
    asked: Asked
    lines: Sequence[Line]
    instead: str = ""
    meant: str = ""


@bp.get("/search")
@web.public
@web.cached_for_guests(30)
@limiter.limit(FAST)
def results() -> ResponseReturnValue:
    """Show what was found, or where to begin."""
    line, runs, is_cut = read_query(request.args.get("q", ""))
    if len(request.query_string) > LONGEST:  # an address that no page should carry on
        return redirect(url_for(".results", q=line), 303)
    someone = web.viewer()
    if not runs:
        return _start(line, someone.id if someone else None)
    kept = _kept()
    is_zh = i18n.locale_code().startswith("zh")
    chosen = queries.choose({each.name: kept.get(each.name, "") for each in filters()}, is_zh=is_zh)
    asked = _asked(line, runs, chosen, kept, someone.id if someone else None)
    answer = _answer(asked, request.args.get("after"))
    kept["type"] = answer.found.kind.key if request.args.get("type") else ""
    next_key = answer.found.next_key
    shown = {
        "lines": answer.lines,
        "next_url": _url({**kept, "q": answer.asked.text, "after": next_key}) if next_key else None,
        "kind": answer.found.kind,
    }
    if web.is_fragment():
        return render_template("search/_hits.html", **shown)
    return render_template(
        "search/results.html",
        q=line,
        answer=answer,
        tabs=_tabs(answer, kept) if answer.found.counts else [],
        chips=_chips(asked, kept),
        sorts=_sorts(asked, kept),
        filter_url=url_for(".narrow", **_plain({**kept, "q": line})),
        bare_url=_url({"q": line}),
        meant_url=_url({**kept, "q": answer.meant, "after": None}),
        exactly_url=_url({**kept, "q": line, "exact": "1"}),
        is_first=not request.args.get("after"),
        is_cut=is_cut,
        **shown,
    )


def _start(line: str, member_id: int | None) -> str:
    return render_template(
        "search/start.html",
        q=line,
        recent=queries.recent_searches(member_id) if member_id else [],
        popular=queries.popular(i18n.locale_tag()),
    )


def _kept() -> dict[str, Any]:
    """Return what an address keeps of this one: kind, order, filters."""
    names = ("type", "sort", "since", "until", "photo", "exact", *(each.name for each in filters()))
    return {name: request.args.get(name, "")[:80] for name in names}


def _asked(
    line: str,
    runs: tuple[tuple[str, ...], ...],
    chosen: tuple[Chosen, ...],
    kept: Mapping[str, str],
    viewer_id: int | None,
) -> Asked:
    until = _day(kept["until"])
    return Asked(
        line,
        runs,
        viewer_id,
        chosen,
        _day(kept["since"]),
        until + timedelta(days=1) if until else None,
        kept["photo"] == "1",
        Sort.NEWEST if kept["sort"] == Sort.NEWEST else Sort.RELEVANCE,
    )


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1990 <= found.year < 2059 else None  # noqa: PLR2004 - what an entry's id holds


# --- answering -----------------------------------------------------------------------------------


def _answer(asked: Asked, after: str | None) -> Answer:
    """Search; where nothing is found, look among other kinds, else for what was meant."""
    wanted = find_kind(request.args.get("type"))
    found = queries.find(asked, wanted or kinds()[0], after=after)
    if found.hits or after:
        return _with_lines(found, asked)
    other = next((each for each in kinds() if found.counts.get(each.key)), None)
    if other is not None:
        counts = found.counts
        if wanted is None:
            found = replace(queries.find(asked, other), counts=counts)
        return _with_lines(found, asked)
    return _meant(found, asked)


def _meant(found: Found, asked: Asked) -> Answer:
    words = {run for phrase in asked.runs for run in phrase}
    known = queries.corrected(words) if request.args.get("exact") != "1" else {}
    if not known:
        return Answer(found, asked, [])
    runs = tuple(tuple(known.get(run, run) for run in phrase) for phrase in asked.runs)
    text = " ".join(_joined(phrase) for phrase in runs)
    if asked.is_narrowed:
        return Answer(found, asked, [], meant=text)
    other = replace(asked, text=text, runs=runs)
    again = queries.find(other, found.kind)
    if not any(again.counts.values()):
        return Answer(found, asked, [])
    if not again.hits:
        return Answer(replace(again, hits=()), asked, [], meant=text)
    return _with_lines(again, other, instead=text)


def _joined(phrase: Sequence[str]) -> str:
    text = " ".join(phrase)
    return text if len(phrase) == 1 else f'"{text}"'


def _with_lines(found: Found, asked: Asked, *, instead: str = "") -> Answer:
    kind = found.kind
    cards = kind.cards([hit.thing_id for hit in found.hits], asked.viewer_id) if found.hits else {}
    shown = [cards[hit.thing_id] for hit in found.hits if hit.thing_id in cards]
    return Answer(found, asked, [_line(card, asked, kind) for card in shown], instead)


def _line(card: Card, asked: Asked, kind: Kind) -> Line:
    title = (
        [Piece(card.title)]
        if card.is_named_elsewhere
        else highlighted(card.title, asked.runs, kind.prefix_from)
    )
    return Line(card, title, excerpt_of(card.text, asked.runs, kind.prefix_from))


# --- addresses -----------------------------------------------------------------------------------


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _url(values: Mapping[str, Any]) -> str:
    return url_for(".results", **_plain(values))


def _tabs(answer: Answer, kept: Mapping[str, Any]) -> list[tuple[str, str, bool]]:
    found = answer.found
    text = answer.asked.text
    return [
        (
            f"{kind.label} {_number(found.counts[kind.key])}",
            _url({**kept, "q": text, "type": kind.key}),
            kind.key == found.kind.key,
        )
        for kind in kinds()
        if kind.key in found.counts
        and (found.counts[kind.key] or kind.key == found.kind.key or not kept["type"])
    ]


def _number(count: int) -> str:
    return f"{count - 1}+" if count >= MANY else str(count)


def _sorts(asked: Asked, kept: Mapping[str, Any]) -> list[tuple[str, str, bool]]:
    labels = {Sort.RELEVANCE: _("Best match"), Sort.NEWEST: _("Newest")}
    return [
        (
            label,
            _url({**kept, "q": asked.text, "sort": "" if sort is Sort.RELEVANCE else sort.value}),
            asked.sort is sort,
        )
        for sort, label in labels.items()
    ]


def _chips(asked: Asked, kept: Mapping[str, Any]) -> list[Chip]:
    def without(*names: str) -> str:
        return _url({**kept, **dict.fromkeys(names, ""), "q": asked.text})

    chips = [Chip(each.label, each.filter.icon, without(each.filter.name)) for each in asked.chosen]
    if asked.has_photo:
        chips.append(Chip(_("With photo"), "photo", without("photo")))
    if asked.since:
        label = _("since %(day)s", day=i18n.day(asked.since))
        chips.append(Chip(label, "calendar-event", without("since")))
    if asked.until:
        label = _("until %(day)s", day=i18n.day(asked.until - timedelta(days=1)))
        chips.append(Chip(label, "calendar-event", without("until")))
    return chips


# --- filters, suggestions, recent searches -------------------------------------------------------


@bp.get("/search/filters")
@web.public
@limiter.limit(FAST)
def narrow() -> ResponseReturnValue:
    """Ask how to narrow a search: a form that leads back to it."""
    kept = _kept()
    line = read_query(request.args.get("q", ""))[0]
    choices = [
        (each, [("", _("All")), *((choice.value, choice.label) for choice in each.choices())])
        for each in filters()
        if each.choices is not None
    ]
    hidden = {
        name: value
        for name, value in kept.items()
        if name in {"type", "sort", *(each.name for each in filters() if each.choices is None)}
    }
    return render_template(
        "search/filters.html",
        q=line,
        kept=kept,
        choices=choices,
        hidden=_plain(hidden),
        back_url=_url({**kept, "q": line}),
        bare_url=_url({"q": line, "type": kept["type"]}),
    )


@bp.get("/search/suggest")
@web.public
@web.cached_for_guests(60)
@limiter.limit(TYPING)
def suggest() -> ResponseReturnValue:
    """Return words that begin so, as a list in JSON; without JavaScript nobody asks."""
    typed = request.args.get("q", "")[:40]
    things = [thing for ask in suggesters() for thing in ask(typed)]
    return jsonify([*things, *queries.beginning_with(typed)][:MOST_SUGGESTED])


@bp.post("/search/recent")
@web.member_required
@web.no_store
@limiter.limit(FAST)
def note() -> ResponseReturnValue:
    """Remember what a member searched for; sent by the page once it shows what was found."""
    service.note_search(web.me().id, request.form.get("q", ""))
    return "", 204


@bp.post("/search/recent/clear")
@web.member_required
@web.no_store
def clear() -> ResponseReturnValue:
    """Forget what a member searched for."""
    if service.forget_searches(web.me().id):
        web.toast(_("Your searches are forgotten"))
    return redirect(url_for(".results"), 303)
