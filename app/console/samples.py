"""What the component gallery shows: invented people, cards and figures, without a database.

Names go through translation or mean the same everywhere. Pictures are drawn here, in the brand's
colours, as SVG in a ``data:`` address, so that the gallery needs no upload.
"""

from base64 import b64encode
from datetime import date, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

from babel import Locale, dates
from flask import current_app
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length

from app.kernel import charts, clock, theme
from app.kernel.forms import Form
from app.kernel.i18n import get_locale, locale_tag, money, month
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.layout import span_for
from app.kernel.types import Person, Photo

SHAPES = ((3, 4), (4, 3), (1, 1), (4, 5))
SIDE = 960


class Thing(SimpleNamespace):
    """Anything a macro may be handed; shared pieces of a page want arguments that can be keys."""

    def __hash__(self) -> int:  # type: ignore[override]
        """Tell things apart by what they are, not by what they hold."""
        return id(self)


class SampleForm(Form):
    """One field of each kind."""

    title = StringField(_l("Title"), [InputRequired(_l("Give it a title.")), Length(max=60)])
    contact = StringField(_l("E-mail or mobile"), description=_l("To sign in. Nobody sees it."))
    password = PasswordField(_l("Password"), [InputRequired(_l("Choose a password."))])
    story = TextAreaField(_l("Story"), [Length(max=400)])
    city = SelectField(
        _l("City"), choices=[SelectChoice("cd", _l("Chengdu")), SelectChoice("sh", _l("Shanghai"))]
    )
    kind = RadioField(
        _l("Kind"),
        choices=[
            SelectChoice("photo", _l("Photo")),
            SelectChoice("recipe", _l("Recipe")),
            SelectChoice("question", _l("Question")),
        ],
        default="photo",
    )
    remind = BooleanField(_l("Tell me about replies"), description=_l("Here and by e-mail"))
    agree = BooleanField(_l("I agree to the house rules"), [InputRequired(_l("Tick to go on."))])
    code = StringField(_l("Code"), [Length(min=6, max=6)])


def everything() -> dict[str, Any]:
    """Return all that ``console/gallery.html`` prints, in the brand's colours and currency."""
    accent = current_app.config["BRAND"].accent
    currency = current_app.config["POTLUCK"].currency
    now = clock.now()
    people = _people()
    photos = [_photo(number, accent) for number in range(4)]
    return {
        "now": now,
        "people": people,
        "photos": photos,
        "cards": _cards(people, photos),
        "form": SampleForm(meta={"csrf": False}),
        "wrong_form": _wrong_form(),
        "body": Markup("<p>{} <strong>{}</strong></p><ol><li>{}</li><li>{}</li></ol>").format(
            _("Fry the base over a low flame first."),
            _("Peanuts go in last."),
            _("Cut the fish, salt it, wait twenty minutes."),
            _("Bake it, then pour the broth over."),
        ),
        "week": _week(),
        "month": _month(),
        "milestones": _milestones(),
        "steps": _steps(now),
        "amount": money(13_680, currency),
        "kpis": _kpis(currency),
        "todo": _todo(),
        "chart": _chart(now.date()),
        "bars": _bars(),
        "funnel": _funnel(),
        "cohorts": _cohorts(),
        "events": _events(now),
        "columns": _columns(),
        "rows": _rows(currency),
        "swatches": theme.tokens(accent),
        "weak": theme.audit(accent),
    }


def _people() -> list[Person]:
    named = (
        (_("Orange"), ()),
        (_("Spicy Li"), ("koc",)),
        (_("Full Moon Kitchen"), ("mentor",)),
        (_("Slow Wen"), ()),
        (_("Sugar Tang"), ()),
        (_("The kitchen team"), ("official",)),
    )
    return [Person(n, f"SAMPLE{n}", name, None, marks) for n, (name, marks) in enumerate(named)]


def _photo(number: int, accent: str) -> Photo:
    across, down = SHAPES[number % len(SHAPES)]
    width, height = SIDE, SIDE * down // across
    colors = theme.tokens(accent)["light"]
    table = colors["accent_soft2"] if number % 2 else colors["gold_soft"]
    x, y, r = width / 2, height / 2, min(width, height) * 0.38
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<rect width="{width}" height="{height}" fill="{table}"/>'
        f'<circle cx="{x}" cy="{y + 24}" r="{r}" fill="{colors["line_strong"]}"/>'
        f'<circle cx="{x}" cy="{y}" r="{r}" fill="{colors["surface"]}"/>'
        f'<circle cx="{x}" cy="{y}" r="{r * 0.82}" fill="{colors["hero_a"]}"/>'
        f'<path d="M{x} {y - r * 0.82}a{r * 0.41} {r * 0.41} 0 0 1 0 {r * 0.82}'
        f'a{r * 0.41} {r * 0.41} 0 0 0 0 {r * 0.82}a{r * 0.82} {r * 0.82} 0 0 1 0 {-r * 1.64}Z"'
        f' fill="{colors["gold_fill"]}"/></svg>'
    )
    address = "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()
    return Photo(number, width, height, table, _("A pot with two broths"), lambda _width: address)


def _cards(people: list[Person], photos: list[Photo]) -> list[Thing]:
    excerpt = _("By the second round the bottom goes dark. How hot, and how much stock?")
    told = (
        (_("One sachet, one fish. Peanuts go in last!"), photos[0], 12_345, True, 6),
        (_("How do you keep the broth from burning?"), None, 3, False, 0),
        (_("A pot for one"), photos[1], 417, False, 1),
        (_("Weekend pot"), photos[2], 0, True, 9),
    )
    return [
        Thing(
            code=f"sample-{n}",
            url="#content",
            title=title,
            author=people[n + 1],
            cover=cover,
            excerpt="" if cover else excerpt,
            likes=likes,
            liked=liked,
            replies=4,
            photo_count=count,
            pinned=n == 3,  # noqa: PLR2004 - the last one shows the pin
            tag=(_("6 steps"), _("Question"), None, _("Mentor"))[n],
            tag_icon="chef-hat-filled" if n else "list-check",
            span=span_for(cover, title, locale_tag(), excerpt=excerpt),
            like_url=None if n == 2 else "#like",  # noqa: PLR2004 - as a guest sees it
        )
        for n, (title, cover, likes, liked, count) in enumerate(told)
    ]


def _wrong_form() -> SampleForm:
    sent = MultiDict({"wrong-code": "12", "wrong-city": "cd", "wrong-kind": "photo"})
    form = SampleForm(sent, prefix="wrong", meta={"csrf": False})
    form.validate()
    return form


def _weekdays() -> list[str]:
    locale = get_locale() or Locale.parse("en")
    chinese = locale.language == "zh"
    names = dates.get_day_names("narrow" if chinese else "short", "stand-alone", locale)
    return [names[n] for n in range(7)]


def _week() -> list[Thing]:
    states = ("done", "missed", "saved", "done", "today", "todo", "todo")
    return [
        Thing(label=_("Today") if state == "today" else name, state=state, points=10, gift=n > 5)  # noqa: PLR2004 - Sunday
        for n, (name, state) in enumerate(zip(_weekdays(), states, strict=True))
    ]


def _month() -> dict[str, Any]:
    def cell(number: int) -> Thing | None:
        if not 1 <= number <= 30:  # noqa: PLR2004 - a month of thirty days
            return None
        special = {4: "missed", 5: "missed", 12: "saved", 22: "today-done"}
        state = special.get(number, "done" if number < 22 else "future")  # noqa: PLR2004 - today
        return Thing(number=number, state=state, label=str(number), gift=number == 28)  # noqa: PLR2004 - a gift

    weeks = [[cell(7 * row + column) for column in range(7)] for row in range(5)]
    return {"title": month(date(2026, 9, 1)), "weekdays": _weekdays(), "weeks": weeks}


def _milestones() -> list[Thing]:
    ladder = ((7, 50, "reached"), (14, 100, "next"), (30, 300, "ahead"), (100, 1_000, "ahead"))
    return [Thing(days=days, points=points, state=state) for days, points, state in ladder]


def _steps(now: datetime) -> list[Thing]:
    return [
        Thing(title=_("Paid"), at=now - timedelta(days=2), text="", state="done"),
        Thing(title=_("Points on their way"), at=None, text=_("Until returns close"), state="now"),
        Thing(title=_("Ready to use"), at=None, text="", state="todo"),
    ]


def _kpis(currency: str) -> list[Thing]:
    versus = _("vs the 30 days before")
    up = charts.sparkline([3, 4, 3, 5, 6, 5, 7, 8, 7, 9])
    down = charts.sparkline([9, 8, 8, 7, 7, 6, 7, 5, 4, 4])
    figures = (
        (_("Monthly active"), "18,432", "8.2%", True, True, up),
        (_("Daily check-in rate"), "31.4%", "2.1%", True, True, up),
        (_("First post in 7 days"), "22.8%", "1.6%", False, False, down),
        (_("Points redeemed"), "64.0%", None, True, None, None),
        (_("Points liability"), money(3_612_000, currency), "4.0%", True, None, up),
    )
    names = ("label", "value", "delta", "up", "good", "spark")
    return [
        Thing(**dict(zip(names, figure, strict=True)), versus=versus, href=None)
        for figure in figures
    ]


def _todo() -> list[Thing]:
    def card(label: str, sub: str, *, icon: str, kind: str, count: int) -> Thing:
        return Thing(icon=icon, kind=kind, count=count, label=label, sub=sub, href="#data")

    review, stock = (
        (_("posts to review"), _("oldest 42 min")),
        (_("items low"), _("12 left of one")),
    )
    draw, ledger = (_("draw tonight"), _("at 20:00")), (_("differences"), _("balanced at 06:00"))
    return [
        card(*review, icon="shield-check", kind="danger", count=18),
        card(*stock, icon="packages", kind="warn", count=3),
        card(*draw, icon="ticket", kind="info", count=1),
        card(*ledger, icon="scale", kind="ok", count=0),
    ]


def _chart(today: date) -> charts.LineChart:
    days = [today - timedelta(days=29 - n) for n in range(30)]
    waves = (0, 40, 10, -60, 420, 390, 300)
    now = [5_000 + 45 * n + 2 * waves[n % 7] for n in range(30)]
    before = [4_700 + 20 * n + waves[n % 7] for n in range(30)]
    return charts.line(now, [f"{day.month}/{day.day}" for day in days], before=before)


def _bars() -> list[Thing]:
    votes = ((_("Tomato beef"), 591), (_("Mushroom chicken"), 398), (_("Sour fish"), 295))
    return [
        Thing(
            label=name,
            count=f"{count}",
            value=f"{charts.share(count, 1_284):.0f}%",
            percent=charts.share(count, 1_284),
            href=None,
        )
        for name, count in votes
    ]


def _funnel() -> list[Thing]:
    counts = (4_120, 2_554, 1_936, 939, 611)
    names = (
        _("Signed up"),
        _("Linked an order"),
        _("First check-in"),
        _("First post"),
        _("Bought again"),
    )
    rates = [charts.share(later, former) for former, later in pairwise(counts)]
    return [
        Thing(
            label=name,
            value=f"{count:,}",
            percent=charts.share(count, counts[0]),
            rate=f"{rates[n - 1]:.0f}%" if n else None,
            low=bool(n) and rates[n - 1] == min(rates),
        )
        for n, (name, count) in enumerate(zip(names, counts, strict=True))
    ]


def _cohorts() -> list[Thing]:
    kept = ((100, 58, 46, 41), (100, 61, 49), (100, 66), (100,))
    return [
        Thing(
            label=f"W{40 + n}",
            size=f"{842 + 60 * n:,}",
            cells=[Thing(value=share, step=charts.heat_step(share)) for share in shares]
            + [None] * (4 - len(shares)),
        )
        for n, shares in enumerate(kept)
    ]


def _events(now: datetime) -> list[Thing]:
    def event(*, icon: str, kind: str, title: str, text: str | None, minutes: int) -> Thing:
        at = now - timedelta(minutes=minutes)
        return Thing(icon=icon, kind=kind, title=title, text=text, at=at, href=None)

    bought, reported = _("136 points on their way"), _("Off-site contact")
    return [
        event(icon="shopping-bag", kind="ok", title=_("Bought two pots"), text=bought, minutes=5),
        event(icon="message-circle", kind="info", title=_("Replied"), text=None, minutes=90),
        event(icon="flag", kind="danger", title=_("Was reported"), text=reported, minutes=3_000),
    ]


def _columns() -> list[Thing]:
    return [
        Thing(label=_("Order"), kind=""),
        Thing(label=_("Channel"), kind=""),
        Thing(label=_("Amount"), kind="num"),
        Thing(label=_("Points"), kind="num"),
    ]


def _rows(currency: str) -> list[Thing]:
    sold = (("TM-3312", "Tmall", 13_680), ("JD-9981", "JD", 5_900), ("DY-0071", "Douyin", 129_900))
    return [
        Thing(cells=[number, channel, money(minor, currency), f"{minor // 100:,}"], href="#data")
        for number, channel, minor in sold
    ]
