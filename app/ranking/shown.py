"""Leaderboards in words: what counts, why something counts less, how long a period still runs."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from app.kernel import clock, goods, i18n, places
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import ngettext
from app.ranking.types import (
    Act,
    BoardDraft,
    BoardRow,
    BoardState,
    Formula,
    Period,
    PeriodRow,
    PeriodState,
    Place,
    Prize,
    Scope,
    Ties,
    Why,
)

FULL = 100  # percent

ACTS: Mapping[Act, object] = {
    Act.POST: _l("Posting"),
    Act.REPLY: _l("Replying to others"),
    Act.LIKED: _l("Likes from others"),
    Act.REPLIED: _l("Replies from others"),
    Act.FEATURED: _l("Picked by the team"),
    Act.ANSWER: _l("Accepted answers"),
    Act.CHECK_IN: _l("Checking in"),
    Act.ORDER: _l("Orders"),
}
ACT_ICONS: Mapping[Act, str] = {
    Act.POST: "pencil",
    Act.REPLY: "message-circle",
    Act.LIKED: "heart-filled",
    Act.REPLIED: "messages",
    Act.FEATURED: "sparkles",
    Act.ANSWER: "circle-check",
    Act.CHECK_IN: "calendar-check",
    Act.ORDER: "shopping-bag",
}
PERIODS: Mapping[Period, object] = {
    Period.DAY: _l("Daily"),
    Period.WEEK: _l("Weekly"),
    Period.MONTH: _l("Monthly"),
    Period.SEASON: _l("Every quarter"),
    Period.ALL: _l("All time"),
}
SCOPES: Mapping[Scope, object] = {
    Scope.SITE: _l("The whole community"),
    Scope.BOARD: _l("One board"),
    Scope.TOPIC: _l("One hot topic"),
    Scope.CITY: _l("The boards of a city"),
}


def scope_label(scope: str) -> str:
    """Return what a kind of places is called; its key where nobody answers for it any more."""
    kind = places.find(scope)
    return str(SCOPES[Scope(scope)]) if scope in set(Scope) else str(kind.label if kind else scope)


def place_url(draft: BoardDraft) -> str | None:
    """Return the page of the place that a board looks at; None where it has none."""
    kind = places.find(draft.scope)
    return kind.url(draft.scope_ref) if kind and kind.url else None


TIES: Mapping[Ties, object] = {
    Ties.SHARED: _l("Equal scores share the rank and its prize"),
    Ties.EARLIER: _l("Who had the score first is before"),
}
BOARD_STATES: Mapping[BoardState, tuple[object, str]] = {
    BoardState.DRAFT: (_l("Not shown yet"), ""),
    BoardState.OPEN: (_l("Running"), "ok"),
    BoardState.CLOSED: (_l("Ended"), "warn"),
}
PERIOD_STATES: Mapping[PeriodState, tuple[object, str]] = {
    PeriodState.OPEN: (_l("Running"), "ok"),
    PeriodState.FROZEN: (_l("Frozen, waits for its prizes"), "warn"),
    PeriodState.AWARDING: (_l("Prizes go out"), "info"),
    PeriodState.DONE: (_l("Awarded"), ""),
}
WHYS: Mapping[Why, object] = {
    Why.FLAGGED: _l("Being looked at: counts nothing until then"),
    Why.DAY_CAP: _l("More than counts on one day"),
    Why.PAIR_CAP: _l("The same person has counted often enough"),
    Why.REPEATED: _l("The same person again: counts in part"),
    Why.REMIX: _l("Made from somebody else's post: counts in part"),
}


def points(hundredths: int) -> str:
    """Return hundredths of a point as a figure: 4.5, or 4."""
    whole, rest = divmod(hundredths, 100)
    return i18n.decimal(hundredths / 100) if rest else i18n.number(whole)


def what_counts(formula: Formula) -> list[tuple[Act, str]]:
    """Return what each act brings, in plain words, the heaviest first."""
    told = []
    for act, weight in sorted(formula.weights.items(), key=lambda each: (-each[1], each[0])):
        text = ngettext("%(act)s: %(num)s point", "%(act)s: %(num)s points", weight, act=ACTS[act])
        if cap := formula.day_caps.get(act):
            text += " · " + ngettext("up to %(num)s a day", "up to %(num)s a day", cap)
        told.append((act, text))
    return told


def rules(formula: Formula) -> list[str]:
    """Return what else a formula says, one sentence each; nothing about what it leaves alone."""
    told = [
        (
            formula.quality_percent,
            _(
                "Three photos, a recipe in steps, a longer text: each adds %(num)s%% to a post.",
                num=formula.quality_percent,
            ),
        ),
        (
            formula.buyer_percent,
            _(
                "A post about something you bought here adds %(num)s%%.",
                num=formula.buyer_percent,
            ),
        ),
        (
            formula.remix_percent < FULL,
            _("A version of somebody else's post counts %(num)s%%.", num=formula.remix_percent),
        ),
        (
            formula.repeat_percent < FULL,
            _(
                "Many different people count more: each further like or reply of the same person "
                "is worth %(num)s%% of the one before.",
                num=formula.repeat_percent,
            ),
        ),
        (
            formula.pair_cap,
            ngettext(
                "The same person counts at most %(num)s time.",
                "The same person counts at most %(num)s times.",
                formula.pair_cap,
            ),
        ),
        (
            formula.full_people,
            ngettext(
                "What others give counts in full from %(num)s person on.",
                "What others give counts in full from %(num)s different people on.",
                formula.full_people,
            ),
        ),
    ]
    never = _("Your own likes and replies to yourself never count, nor does what was removed.")
    return [*(text for says, text in told if says), never]


def left(period: PeriodRow) -> str:
    """Return how long a period still runs: "3 days left"; empty for one that never ends."""
    if period.span.ends_on.year == 9999:  # noqa: PLR2004 - the end that never comes
        return ""
    rest = clock.day_start(period.span.ends_on) - clock.now()
    if rest <= timedelta(0):
        return _("Just ended")
    if rest >= timedelta(days=1):
        return ngettext("%(num)s day left", "%(num)s days left", rest.days)
    hours = int(rest.total_seconds() // 3600)
    if hours:
        return ngettext("%(num)s hour left", "%(num)s hours left", hours)
    return _("Less than an hour left")


def desk_figures(boards: Sequence[BoardRow], lines: Mapping[int, Any]) -> list[dict[str, object]]:
    """Return what all boards come to, for the strip above their list."""
    running = sum(each.state is BoardState.OPEN for each in boards)

    def total(name: str) -> str:
        return i18n.number(sum(getattr(each, name) for each in lines.values()))

    return [
        {"label": _("Boards running"), "value": i18n.number(running)},
        {"label": _("Periods waiting for prizes"), "value": total("frozen")},
        {"label": _("Prizes to go out"), "value": total("due")},
        {"label": _("Prizes stuck"), "value": total("stuck")},
    ]


def place_label(draft: BoardDraft, names: Mapping[tuple[str, str], str]) -> str:
    """Return where a board looks, with the name of the place; what is gone keeps its address."""
    if not draft.scope_ref:
        return scope_label(draft.scope)
    name = names.get((draft.scope, draft.scope_ref), draft.scope_ref)
    return f"{scope_label(draft.scope)}: {name}"


def last_day(ends_on: date) -> str:
    """Return until when a period runs; a dash for one that never ends."""
    return "–" if ends_on.year == 9999 else i18n.day(ends_on)  # noqa: PLR2004


def days_of(period: PeriodRow) -> str:
    """Return which days a period covers."""
    if period.span.ends_on.year == 9999:  # noqa: PLR2004 - the end that never comes
        return _("All time")
    last = period.span.ends_on - timedelta(days=1)
    first = i18n.day(period.span.starts_on)
    return first if last == period.span.starts_on else f"{first} – {i18n.day(last)}"


class Move(NamedTuple):
    """How a rank changed: an icon, a figure, words for who can't see them."""

    icon: str
    figure: str
    words: str
    kind: str


def move(place: Place) -> Move:
    """Return how a place changed since yesterday."""
    moved = place.moved
    if moved is None:
        return Move("", _("new"), _("New on the board"), "new")
    if moved > 0:
        words = ngettext("Up %(num)s rank", "Up %(num)s ranks", moved)
        return Move("arrow-up", i18n.number(moved), words, "up")
    if moved < 0:
        words = ngettext("Down %(num)s rank", "Down %(num)s ranks", -moved)
        return Move("arrow-down", i18n.number(-moved), words, "down")
    return Move("", "–", _("Same rank"), "same")


def prize_ranks(prize: Prize) -> str:
    """Return which ranks a prize is for."""
    if prize.from_rank == prize.to_rank:
        return _("Rank %(rank)s", rank=prize.from_rank)
    return _("Ranks %(first)s to %(last)s", first=prize.from_rank, last=prize.to_rank)


def prize_name(thing: goods.Thing, count: int = 1) -> str:
    """Return what is given: "200 points", "2 × Hotpot coupon"."""
    kinds = {kind.key: kind for kind in goods.kinds()}
    kind = kinds.get(thing.kind)
    if kind is None:
        return thing.ref
    if kind.is_amount:
        amount = i18n.number(int(thing.ref) * count) if thing.ref.isdecimal() else thing.ref
        return _("%(figure)s %(unit)s", figure=amount, unit=kind.label)
    name = str(goods.label_of(thing))
    return _("%(count)s × %(what)s", count=count, what=name) if count > 1 else name


def prizes(given: Sequence[Prize]) -> list[tuple[str, str]]:
    """Return prizes as (ranks, what)."""
    return [(prize_ranks(each), prize_name(each.thing, each.count)) for each in given]
