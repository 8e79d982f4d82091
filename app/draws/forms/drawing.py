"""A draw as staff write it."""

from datetime import datetime, time
from decimal import Decimal
from typing import Any

from wtforms import (
    DateTimeLocalField,
    DecimalField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TimeField,
)
from wtforms.validators import (
    InputRequired,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)

from app.draws.forms.fields import WHOLE, long, minor, text, whole
from app.draws.types import (
    RESERVED,
    SLUG,
    Draft,
    DrawRow,
    Game,
)
from app.draws.words import GAMES
from app.kernel import audience, clock, parts
from app.kernel.forms import Form, clean
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l


class DrawForm(Form):
    """A draw as staff write it. What a game does not use stays as it is."""

    slug = StringField(
        _l("Address"),
        filters=[clean],
        description=_l("Small letters, digits and hyphens: it stands in the link."),
        validators=[
            Regexp(SLUG, message=_l("Use small letters, digits and hyphens, e.g. autumn-grid.")),
        ],
    )
    game = RadioField(
        _l("Game"),
        choices=[SelectChoice(game.value, label) for game, label in GAMES.items()],
        default=Game.GRID.value,
        validators=[InputRequired(_l("Choose a game."))],
    )
    name_zh = text(_l("Name in Chinese"), 60)
    name_en = text(_l("Name in English"), 60)
    starts_at = DateTimeLocalField(
        _l("Begins"), format="%Y-%m-%dT%H:%M", validators=[InputRequired(_l("When does it begin?"))]
    )
    ends_at = DateTimeLocalField(
        _l("Ends"), format="%Y-%m-%dT%H:%M", validators=[InputRequired(_l("When does it end?"))]
    )
    day_from = TimeField(
        _l("Daily from"),
        description=_l("Empty: all day."),
        validators=[Optional()],
    )
    day_until = TimeField(_l("Daily until"), validators=[Optional()])
    audience = SelectField(_l("Who may play"), default="all")
    cost_points = whole(_l("Points for a try"), _l("0: only free tries and tickets."))
    free_per_day = whole(_l("Free tries a day"), most=100)
    per_day = whole(_l("Tries a day at most"), _l("0: no limit."), 1_000)
    per_person = whole(_l("Tries per person at most"), _l("0: no limit."), 100_000)
    guaranteed_after = whole(
        _l("Guaranteed after so many tries without a prize"), _l("0: nothing is guaranteed."), 1_000
    )
    guaranteed_code = text(_l("The guaranteed prize"), 24, _l("Its code."))
    budget = DecimalField(
        _l("Budget in money"),
        description=_l("Value of all prizes together at most. Empty: no limit."),
        validators=[Optional(), NumberRange(0, 10**9, message=WHOLE)],
        places=2,
    )
    budget_points = IntegerField(
        _l("Budget in points"),
        description=_l("Points given away at most. Empty: no limit."),
        validators=[Optional(), NumberRange(0, 10**9, message=WHOLE)],
    )
    organiser = text(_l("Organiser"), 120, _l("The company, as it is registered."))
    contact = text(_l("How to reach them"), 120)
    conditions_zh = long(_l("Conditions in Chinese"))
    conditions_en = long(_l("Conditions in English"))
    rules_zh = long(_l("Rules in Chinese"))
    rules_en = long(_l("Rules in English"))
    thread = text(_l("Code of the post"), 200, _l("Floor prize only: the post whose floors count."))
    wins_per_person = IntegerField(
        _l("Prizes per person at most"),
        description=_l("Floor prize and list only."),
        default=1,
        validators=[InputRequired(WHOLE), NumberRange(1, 1_000, message=WHOLE)],
    )
    beacon = text(
        _l("Public figure"),
        200,
        _l("List only: a figure that is public later, after the list is frozen, and goes into it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.audience.choices = audience.choices()

    def validate_slug(self, field: StringField) -> None:
        """Refuse an address that is a page already."""
        if field.data in RESERVED:
            raise ValidationError(_("This address is a page of ours already."))

    def validate_ends_at(self, field: DateTimeLocalField) -> None:
        """Refuse an end before the beginning."""
        if field.data and self.starts_at.data and field.data <= self.starts_at.data:
            raise ValidationError(_("The draw must end after it begins."))

    def validate_thread(self, field: StringField) -> None:
        """Find the post."""
        if field.data and _thread_id(field.data) is None:
            raise ValidationError(_("There is no such post."))

    def draft(self) -> Draft:
        """Return what was written."""
        plain: dict[str, Any] = {
            name: self[name].data or ""
            for name in (
                "slug", "name_zh", "name_en", "audience", "guaranteed_code", "organiser", "contact",
                "conditions_zh", "conditions_en", "rules_zh", "rules_en", "beacon",
            )
        }  # fmt: skip
        figures: dict[str, Any] = {
            name: int(self[name].data or 0)
            for name in (
                "cost_points", "free_per_day", "per_day", "per_person", "guaranteed_after",
                "wins_per_person",
            )
        }  # fmt: skip
        return Draft(
            game=Game(self.game.data),
            starts_at=_moment(self.starts_at.data),
            ends_at=_moment(self.ends_at.data),
            day_from=_minutes(self.day_from.data),
            day_until=_minutes(self.day_until.data),
            budget_minor=minor(self.budget.data),
            budget_points=self.budget_points.data,
            thread_id=_thread_id(self.thread.data) if self.thread.data else None,
            **plain,
            **figures,
        )


def _thread_id(text: str) -> int | None:
    """Return the post of a code, or of an address that ends in one."""
    return parts.find_post(text.rstrip("/").rpartition("/")[2].partition("#")[0])


def _moment(local: datetime) -> datetime:
    return local.replace(tzinfo=clock.zone())


def _minutes(value: time | None) -> int:
    return value.hour * 60 + value.minute if value else 0


def draw_form(draw: DrawRow, thread_code: str = "") -> DrawForm:
    """Return the form of a draft as it stands."""
    zone = clock.zone()
    values = {name: getattr(draw, name) for name in Draft.__slots__}
    values |= {
        "game": draw.game.value,
        "starts_at": draw.starts_at.astimezone(zone),
        "ends_at": draw.ends_at.astimezone(zone),
        "day_from": None,
        "day_until": None,
        "budget": None if draw.budget_minor is None else Decimal(draw.budget_minor) / 100,
        "thread": thread_code,
    }
    if draw.day_from != draw.day_until:
        values["day_from"] = time(*divmod(draw.day_from, 60))
        values["day_until"] = time(*divmod(draw.day_until, 60))
    return DrawForm(data=values)
