"""Acts and statement lines in words: why they got what they got."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from flask import render_template, url_for
from markupsafe import Markup

from app.kernel import clock, reasons, refs, slots, web
from app.kernel.i18n import gettext as _
from app.kernel.i18n import moment, number
from app.kernel.types import Ref
from app.ledger import queries as ledger
from app.ledger.queries import SourcePosting
from app.loyalty import policy, rules_words, words
from app.loyalty.queries import acts, books
from app.loyalty.queries.acts import Deed, OrderRate, Share
from app.loyalty.types import Outcome, actions

PLAIN = 1000
KINDS = {
    Outcome.GIVEN: "ok",
    Outcome.NO_RULE: "",
    Outcome.FROZEN: "info",
}


@dataclass(frozen=True, slots=True)
class ShareShown:
    """What one rule said.

    Attributes:
        notes: campaign, multiplier, from when.
        rule_url: the version of the rules that decided.
        is_told: the same day has said the same before: there is no need to say it again.
    """

    name: object
    points: int
    badge: object
    badge_kind: str
    why: str
    notes: tuple[str, ...]
    version: int
    rule_url: str
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class DeedShown:
    """An act in the list.

    Attributes:
        is_rated: an order: its points come by its rate and stand in the statement.
    """

    name: object
    icon: str
    at: object
    points: int
    growth: int
    state: str
    source_url: str | None
    line_url: str | None
    shares: tuple[ShareShown, ...]
    is_gone: bool
    is_rated: bool
    gone: object


@dataclass(frozen=True, slots=True)
class Day:
    """The acts of one business day."""

    day: date
    deeds: tuple[DeedShown, ...]


def days(deeds: Iterable[Deed]) -> list[Day]:
    """Return acts by the day on which they were done."""
    return [
        Day(day, tuple(_told_once(deed_shown(deed) for deed in some)))
        for day, some in groupby(deeds, key=lambda deed: clock.business_date(deed.at))
    ]


def _told_once(deeds: Iterable[DeedShown]) -> Iterator[DeedShown]:
    """Yield acts in which what a rule plainly gives is told with the first of them only."""
    told: set[tuple[str, str, int]] = set()
    for deed in deeds:
        shares = []
        for share in deed.shares:
            said = str(share.name), share.why, share.version
            is_plain = share.badge_kind == "ok" and not share.notes
            shares.append(replace(share, is_told=is_plain and said in told))
            told.add(said)
        yield replace(deed, shares=tuple(shares))


def deed_shown(deed: Deed) -> DeedShown:
    """Return an act as the page prints it."""
    return DeedShown(
        rules_words.action_name(deed.action),
        rules_words.action_icon(deed.action),
        deed.at,
        deed.points,
        sum(share.growth for share in deed.shares),
        _state(deed),
        refs.link(deed.source),
        url_for("ledger.entry", txn_id=deed.txn_id) if deed.txn_id else None,
        tuple(share_shown(share, deed.action) for share in deed.shares),
        deed.is_gone,
        deed.action == policy.ORDER and not deed.points,
        _gone(deed.action),
    )


def _gone(action: str) -> object:
    known = actions.find(action)
    usual = _("What it hangs on is gone, and so are its points. If it comes back, they do.")
    return (known.gone if known else None) or usual


def _state(deed: Deed) -> str:
    if deed.is_gone and deed.points:
        return "gone"
    if any(share.spendable_from for share in deed.shares):
        return "pending"
    return "plus" if deed.points else "zero"


def share_shown(share: Share, action: str) -> ShareShown:
    """Return what one rule said, in words."""
    name = words.rule_name(share.rule) if share.rule else rules_words.action_name(action)
    badge = words.OUTCOMES[share.outcome]
    why = words.why(share.outcome, share.detail, share.rule, action)
    if share.rule is None and action == policy.ORDER:
        badge = _("By its rate")
        why = _(
            "Orders earn by their rate, once the return window is over; nothing is paid on top."
        )
    if share.is_paid_late:
        badge = _("Paid later")
        why = _("Our team looked at your points, and these were paid after that.")
    return ShareShown(
        name,
        share.points,
        badge,
        "ok" if share.is_paid_late else KINDS.get(share.outcome, "warn"),
        why,
        tuple(_notes(share)),
        share.version,
        url_for("loyalty_rules_read.former", version=share.version),
    )


def _notes(share: Share) -> Iterator[str]:
    if share.campaign:
        campaign = books.get(share.version).campaigns.get(share.campaign)
        name = words.named(campaign.names, share.campaign) if campaign else share.campaign
        if share.bonus_points:
            yield _("“%(campaign)s” put %(points)s points on top.",
                    campaign=name, points=number(share.bonus_points))  # fmt: skip
        if campaign and campaign.adds_to(share.points - share.bonus_points) > share.bonus_points:
            yield _("The budget of “%(campaign)s” had no more to give.", campaign=name)
    if share.multiplier_permille > PLAIN and share.points:
        yield _("Your tier multiplies: %(times)s.",
                times=rules_words.times_words(share.multiplier_permille))  # fmt: skip
    if share.spendable_from:
        yield _("On their way; usable from %(at)s.", at=moment(share.spendable_from))


# --- a line of the statement ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PostingShown:
    """Another line about the same thing."""

    title: object
    at: object
    points: int
    owed: int
    url: str
    is_this: bool


@slots.fills("ledger_entry")
def explain_entry(txn_ids: Collection[int]) -> dict[int, Markup]:
    """Tell why a line of the viewer's statement is what it is. Four statements a line."""
    viewer = web.viewer()
    sources = ledger.sources_of(txn_ids) if viewer else {}
    told = {}
    for txn_id, source in sources.items():
        if viewer is None:
            continue
        text = _entry(viewer.id, txn_id, source)
        told[txn_id] = Markup(text)  # noqa: S704 - a template's own output
    return told


def _entry(member_id: int, txn_id: int, source: Ref) -> str:
    rate = acts.order_rate(source)
    shares = [] if rate else acts.shares_of(member_id, source)
    lines = _postings(txn_id, ledger.postings_of_source(source, member_id=member_id))
    if sum(line.points for line in lines) <= 0:  # taken back: nothing is on its way
        shares = [replace(share, spendable_from=None) for share in shares]
    if not _says_more(shares):
        shares = []
    if not shares and not rate and len(lines) < 2:  # noqa: PLR2004 - nothing to compare
        return ""
    return render_template(
        "loyalty/_entry_why.html",
        shares=[share_shown(share, share.rule.action if share.rule else "") for share in shares],
        rate=tuple(_rate_notes(rate)) if rate else (),
        version_url=url_for("loyalty_rules_read.former", version=rate.version) if rate else None,
        lines=lines,
        this=next((line for line in lines if line.is_this), None),
    )


def _says_more(shares: Sequence[Share]) -> bool:
    """Return whether rules said more than the line's own sentence, which is told above."""
    return len(shares) > 1 or any(
        share.outcome is not Outcome.GIVEN or any(_notes(share)) for share in shares
    )


def _rate_notes(rate: OrderRate) -> Iterator[str]:
    book = books.get(rate.version)
    yield from rules_words.order_sentences(book)
    if rate.permille != PLAIN:
        times = rules_words.times_words(rate.permille)
        yield _("This order earns %(times)s of it: channel, tier and campaign.", times=times)
    if rate.campaign:
        campaign = book.campaigns.get(rate.campaign)
        name = words.named(campaign.names, rate.campaign) if campaign else rate.campaign
        yield _("“%(campaign)s” put %(points)s points on top.",
                campaign=name, points=number(rate.extra))  # fmt: skip
        if campaign and campaign.conditions:
            told = (words.condition_words(each, policy.ORDER) for each in campaign.conditions)
            yield _("Only if: %(conditions)s.", conditions=" · ".join(told))


def _postings(txn_id: int, postings: Sequence[SourcePosting]) -> list[PostingShown]:
    return [
        PostingShown(
            reasons.meaning_of(each.reason).label,
            each.at,
            each.points,
            each.owed,
            url_for("ledger.entry", txn_id=each.txn_id),
            each.txn_id == txn_id,
        )
        for each in postings
    ]
