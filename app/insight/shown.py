"""The health figures in words: one list for the page and for the export."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.insight.types import FEW, FIRST_DAYS, REGULAR_DAYS, Figures, Health, Ratio
from app.kernel import charts, i18n
from app.kernel.charts import LineChart
from app.kernel.i18n import gettext as _
from app.kernel.i18n import ngettext

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the page.

    Attributes:
        value, before: as it is printed.
        number, number_before: as a number, for the export; None: too small to say.
        part, whole: what it is made of.
        good: whether it went the right way; None: it did not move, or nobody can say.
        how: how it is computed.
        endpoint: where its things stand, if there is such a page.
    """

    key: str
    label: str
    value: str
    before: str
    number: float | None
    number_before: float | None
    part: int
    whole: int
    how: str
    good: bool | None = None
    note: str = ""
    endpoint: str = ""
    link_label: str = ""


def figures(found: Health) -> list[Figure]:
    """Return all figures of two periods, in the order of the page."""
    return [*_reading(found), *_answering(found), *_posting(found)]


def _quotient(number: float | None) -> str:
    return NOTHING if number is None else i18n.decimal(number)


def _share(number: float | None) -> str:
    return NOTHING if number is None else i18n.percent(number)


def _better(now: float | None, before: float | None, *, less: bool = False) -> bool | None:
    if now is None or before is None or now == before:
        return None
    return (now < before) if less else (now > before)


def _ratio(
    key: str, label: str, found: Health, ratio: Callable[[Figures], Ratio], how: str,
    written: Callable[[float | None], str] = _share, *, endpoint: str = "", link_label: str = "",
) -> Figure:  # fmt: skip
    now, before = ratio(found.now), ratio(found.before)
    small = now.value is None
    return Figure(
        key, label, written(now.value), written(before.value), now.value, before.value, now.part,
        now.whole, how, _better(now.value, before.value),
        _("Fewer than %(num)s: no figure yet", num=FEW) if small else "", endpoint, link_label,
    )  # fmt: skip


def _reading(found: Health) -> list[Figure]:
    crossed = _ratio(
        "crossed", _("Cross-exposure"), found, lambda each: each.crossed,
        _("Views by people who don't follow the author, guests among them, as a share of all "
          "views but the author's own. Counted when the post is seen, bots left out."),
    )  # fmt: skip
    if not found.now.is_told_apart:
        since = found.since
        note = (
            _("Counted since %(day)s", day=i18n.day(since)) if since else _("Counted from now on")
        )
        crossed = _noted(crossed, note)
    return [
        _ratio(
            "per_post", _("Views per post"), found, lambda each: each.per_post,
            _("Views in the period divided by all visible posts at its end. One person, one "
              "post and half an hour are one view; bots are left out."), _quotient,
        ),
        _ratio(
            "per_member", _("Views per member"), found, lambda each: each.per_member,
            _("The same views divided by all active members at the end of the period."), _quotient,
        ),
        crossed,
    ]  # fmt: skip


def _noted(figure: Figure, note: str) -> Figure:
    from dataclasses import replace

    return replace(figure, note="; ".join(filter(None, (figure.note, note))))


def _answering(found: Health) -> list[Figure]:
    how = _(
        "From a post to its first like, reply or reaction by somebody else, for visible posts of "
        "the period that have one. Percentiles by nearest rank."
    )
    now, before = found.now.answers, found.before.answers
    rows = [
        ("median", _("First reaction, median"), now.median, before.median),
        ("p90", _("First reaction, nine of ten within"), now.p90, before.p90),
    ]
    made = []
    for key, label, value, value_before in rows:
        current = value if now.answered >= FEW else None
        former = value_before if before.answered >= FEW else None
        note = (
            _("Fewer than %(num)s: no figure yet", num=FEW)
            if current is None
            else _unanswered(now.posts - now.answered)
        )
        made.append(
            Figure(
                key, label, _span(current), _span(former), current, former, now.answered,
                now.posts, how, _better(current, former, less=True), note,
                "community_staff.content", _("All posts"),
            )
        )  # fmt: skip
    return made


def _unanswered(count: int) -> str:
    if not count:
        return ""
    return ngettext("%(num)s post has none yet", "%(num)s posts have none yet", count)


def _span(seconds: int | None) -> str:
    """Return a time that went by, or a dash."""
    return NOTHING if seconds is None else i18n.span(seconds)


def _posting(found: Health) -> list[Figure]:
    return [
        _ratio(
            "first_posts", _("First-post rate"), found, lambda each: each.first_posts,
            _("Of the members whose first %(num)s days ended in the period, those who wrote a "
              "post in these days. The team is left out.", num=FIRST_DAYS),
            endpoint="community_welcomes.waiting", link_label=_("First posts"),
        ),
        _ratio(
            "self_run", _("Organic posts per staff action"), found, lambda each: each.self_run,
            _("Visible posts by members, divided by what the team did to get them: its own posts "
              "and replies, topics planned, posts featured."), _quotient,
            endpoint="ops_kit.week", link_label=_("Weekly kit"),
        ),
        *_steps(found),
    ]  # fmt: skip


def _steps(found: Health) -> list[Figure]:
    days = REGULAR_DAYS[found.now.period.days]
    rows: Sequence[tuple[str, str, Callable[[Figures], Ratio], str]] = (
        (
            "here", _("Members who are here"),
            lambda each: Ratio(each.funnel.here, each.stock.members),
            _("Wrote, liked, followed or checked in during the period, of all active members."),
        ),
        (
            "writers", _("Posters"), lambda each: Ratio(each.funnel.writers, each.funnel.here),
            _("Of those who are here, who wrote a post or a reply. The others are lurkers."),
        ),
        (
            "regulars", _("Regulars"),
            lambda each: Ratio(each.funnel.regulars, each.funnel.writers),
            _("Of the posters, who wrote on at least %(num)s different days.", num=days),
        ),
    )  # fmt: skip
    return [_ratio(key, label, found, ratio, how) for key, label, ratio, how in rows]


FUNNEL = ("here", "writers", "regulars")


def funnel(shown: Sequence[Figure], found: Health) -> list[dict[str, object]]:
    """Return the steps from lurker to regular as the macro takes them."""
    steps = {each.key: each for each in shown}
    parts = [steps[key] for key in FUNNEL]
    most = max(1, found.now.stock.members)
    known = [each.number for each in parts if each.number is not None]
    return [
        {"label": _("Active members"), "value": i18n.number(most if found.now.stock.members else 0),
         "percent": 100.0, "rate": None, "low": False},
        *(
            {
                "label": each.label, "value": i18n.number(each.part),
                "percent": charts.share(each.part, most), "rate": each.value,
                "low": len(known) > 1 and each.number == min(known),
            }
            for each in parts
        ),
    ]  # fmt: skip


def views_chart(found: Health) -> LineChart:
    """Return the views by day, the period before behind them."""
    first, before = found.now.period.first, found.before.period.first
    count = found.now.period.days
    now_by = {day.on: day.views for day in found.now.views}
    then_by = {day.on: day.views for day in found.before.views}
    days = [first + timedelta(days=n) for n in range(count)]
    return charts.line(
        [now_by.get(on, 0) for on in days],
        [i18n.day(on) for on in days],
        before=[then_by.get(before + timedelta(days=n), 0) for n in range(count)],
    )
