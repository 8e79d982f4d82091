"""Shapes of what members and the team send."""

from collections.abc import Sequence
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    DecimalField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import (
    AnyOf,
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)

from app.draws.policy import floors
from app.draws.service import Source
from app.draws.types import (
    CODE,
    MAX_PPM,
    RESERVED,
    SEED,
    SLUG,
    Draft,
    DrawRow,
    EntrySource,
    Game,
    PaidBy,
    Prize,
    PrizeDraft,
    Rules,
)
from app.draws.words import GAMES, SOURCES
from app.kernel import audience, clock, goods, parts
from app.kernel.forms import CostlyForm, Form, clean, clean_text
from app.kernel.goods import Thing
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l

MOST = 1_000_000
WHOLE = _l("A whole number, 0 or more.")


class PlayForm(CostlyForm):
    """One try: the member's own seed, and what he was shown that it is paid with."""

    client_seed = StringField(
        _l("My seed"),
        validators=[
            DataRequired(message=_l("Write a seed, or reload the page for a new one.")),
            Regexp(SEED, message=_l("Up to 64 letters, digits, hyphens or underscores.")),
        ],
    )
    shown = HiddenField(validators=[AnyOf([way.value for way in PaidBy])])


class SureForm(Form):
    """Yes: nothing but the token."""


def _whole(label: object, description: object = "", most: int = MOST) -> IntegerField:
    return IntegerField(
        label,
        description=description,
        default=0,
        validators=[InputRequired(WHOLE), NumberRange(0, most, message=WHOLE)],
    )


def _text(label: object, most: int, description: object = "") -> StringField:
    return StringField(
        label,
        description=description,
        filters=[clean],
        validators=[Length(max=most, message=_l("That is too long."))],
    )


def _long(label: object) -> TextAreaField:
    return TextAreaField(
        label, filters=[clean_text], validators=[Length(max=8_000, message=_l("That is too long."))]
    )


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
    name_zh = _text(_l("Name in Chinese"), 60)
    name_en = _text(_l("Name in English"), 60)
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
    audience = SelectField(_l("For whom"), default="all")
    cost_points = _whole(_l("Points for a try"), _l("0: only free tries and tickets."))
    free_per_day = _whole(_l("Free tries a day"), most=100)
    per_day = _whole(_l("Tries a day at most"), _l("0: no limit."), 1_000)
    per_person = _whole(_l("Tries per person at most"), _l("0: no limit."), 100_000)
    guaranteed_after = _whole(
        _l("Guaranteed after so many tries without a prize"), _l("0: nothing is guaranteed."), 1_000
    )
    guaranteed_code = _text(_l("The guaranteed prize"), 24, _l("Its code."))
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
    organiser = _text(_l("Organiser"), 120, _l("The company, as it is registered."))
    contact = _text(_l("How to reach them"), 120)
    conditions_zh = _long(_l("Conditions in Chinese"))
    conditions_en = _long(_l("Conditions in English"))
    rules_zh = _long(_l("Rules in Chinese"))
    rules_en = _long(_l("Rules in English"))
    thread = _text(
        _l("Code of the post"), 200, _l("Floor prize only: the post whose floors count.")
    )
    wins_per_person = IntegerField(
        _l("Prizes per person at most"),
        description=_l("Floor prize and list only."),
        default=1,
        validators=[InputRequired(WHOLE), NumberRange(1, 1_000, message=WHOLE)],
    )
    beacon = _text(
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
        plain = {
            name: self[name].data or ""
            for name in (
                "slug", "name_zh", "name_en", "audience", "guaranteed_code", "organiser", "contact",
                "conditions_zh", "conditions_en", "rules_zh", "rules_en", "beacon",
            )
        }  # fmt: skip
        figures = {
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
            budget_minor=_minor(self.budget.data),
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


def _minor(value: Decimal | None) -> int | None:
    return None if value is None else int(value * 100)


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


class PrizeForm(Form):
    """A prize as staff write it."""

    code = StringField(
        _l("Code"),
        filters=[clean],
        description=_l("Short, in small letters: it stands in the published table."),
        validators=[
            Regexp(CODE, message=_l("Use small letters, digits and hyphens for the code."))
        ],
    )
    name_zh = StringField(
        _l("Name in Chinese"),
        filters=[clean],
        validators=[DataRequired(_l("What is it called?")), Length(max=60)],
    )
    name_en = StringField(
        _l("Name in English"),
        filters=[clean],
        validators=[DataRequired(_l("What is it called?")), Length(max=60)],
    )
    thing = SelectField(_l("What is handed over"), default="")
    amount = IntegerField(
        _l("How many points"),
        description=_l("For a prize in points only."),
        validators=[Optional(), NumberRange(1, MOST, message=WHOLE)],
    )
    count = IntegerField(
        _l("How many of it"),
        default=1,
        validators=[InputRequired(WHOLE), NumberRange(1, 1_000, message=WHOLE)],
    )
    value = DecimalField(
        _l("Value"),
        description=_l("What one of it costs in a shop."),
        default=0,
        validators=[InputRequired(WHOLE), NumberRange(0, 10**8, message=WHOLE)],
        places=2,
    )
    stock = IntegerField(
        _l("Stock"),
        description=_l("How often it can be won. Empty: as often as it is rolled."),
        validators=[
            Optional(),
            NumberRange(
                1,
                MOST,
                message=_l("A prize without stock can't be won. Leave it empty for no limit."),
            ),
        ],
    )
    odds_ppm = IntegerField(
        _l("Chance in parts of a million"),
        description=_l("10,000 is one per cent. All together make 1,000,000."),
        default=0,
        validators=[InputRequired(WHOLE), NumberRange(0, MAX_PPM, message=WHOLE)],
    )
    fallback = _text(_l("What stands in when it is gone"), 24, _l("The code of another prize."))
    is_headline = BooleanField(
        _l("Headline prize"), description=_l("The draw pauses by itself when the last one is won.")
    )
    floors = _text(
        _l("Floors"),
        200,
        _l("Floor prize only: 8,88 these floors; /50 every 50th; *8 ending in 8; ~ drawn later."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.thing.choices = things()

    def validate_floors(self, field: StringField) -> None:
        """Refuse what says nothing about floors."""
        if field.data and not floors.is_pattern(field.data):
            raise ValidationError(_("Write floors such as 8,88 or /50 or *8, or ~."))

    def validate_amount(self, field: IntegerField) -> None:
        """Points need an amount."""
        if self.thing.data.endswith(":?") and not field.data:
            field.errors = []  # "empty is fine" has stopped the chain
            raise ValidationError(_("How many?"))

    def prize(self) -> PrizeDraft:
        """Return what was written."""
        thing = None
        if self.thing.data:
            text = self.thing.data.replace(":?", f":{self.amount.data or 0}")
            thing = Thing.parse(text)
        return PrizeDraft(
            code=self.code.data,
            name_zh=self.name_zh.data,
            name_en=self.name_en.data,
            thing=thing,
            count=self.count.data,
            value_minor=_minor(self.value.data) or 0,
            stock=self.stock.data,
            odds_ppm=self.odds_ppm.data,
            fallback=self.fallback.data or "",
            is_headline=self.is_headline.data,
            floors=self.floors.data or "",
        )


def things() -> list[tuple[str, object]]:
    """Return what can be handed over, as choices; ``kind:?`` where an amount is typed."""
    found: list[tuple[str, object]] = [("", _l("Nothing: a thank you"))]
    for kind in goods.kinds():
        if kind.is_amount:
            found.append((f"{kind.key}:?", kind.label))
            continue
        found += [
            (f"{kind.key}:{ref}", _l("%(kind)s: %(thing)s", kind=kind.label, thing=label))
            for ref, label in kind.choices()
        ]
    return found


def prize_form(prize: Prize) -> PrizeForm:
    """Return the form of a prize as it stands."""
    values = {name: getattr(prize, name) for name in PrizeDraft.__slots__}
    values["value"] = Decimal(prize.value_minor) / 100
    values["thing"] = str(prize.thing or "")
    if prize.thing is not None and any(
        kind.is_amount for kind in goods.kinds() if kind.key == prize.thing.kind
    ):
        values["thing"], values["amount"] = f"{prize.thing.kind}:?", int(prize.thing.ref)
    return PrizeForm(data=values)


class FreezeForm(Form):
    """Who takes part in a list."""

    kind = RadioField(
        _l("Who takes part"),
        choices=[SelectChoice(source.value, label) for source, label in SOURCES.items()],
        default=EntrySource.AUDIENCE.value,
        validators=[InputRequired(_l("Choose for whom."))],
    )
    audience = SelectField(_l("Audience"), default="all")
    fact = SelectField(_l("What they did"))
    since = DateField(_l("From"), validators=[Optional()])
    until = DateField(_l("Until"), validators=[Optional()])
    yids = TextAreaField(
        _l("Yids"), description=_l("One a line."), validators=[Optional(), Length(max=200_000)]
    )

    def __init__(self, *args: Any, facts: Sequence[tuple[str, object]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.audience.choices = audience.choices()
        self.fact.choices = list(facts)

    def source(self) -> Source:
        """Return what was chosen."""
        return Source(
            EntrySource(self.kind.data),
            audience=self.audience.data or "all",
            fact=self.fact.data or "",
            since=self.since.data,
            until=self.until.data,
            yids=tuple(line.strip() for line in (self.yids.data or "").split() if line.strip()),
        )


class DrawListForm(Form):
    """Draw the winners of a list."""

    beacon_value = _text(_l("The public figure"), 80, _l("Exactly as it was published."))


class RulesForm(Form):
    """What the operator decides for all draws."""

    max_prize = DecimalField(
        _l("Highest value of one prize"),
        description=_l("50,000 yuan is what the rules on prize promotions allow."),
        validators=[InputRequired(WHOLE), NumberRange(1, 10**8, message=WHOLE)],
        places=2,
    )
    epoch_plays = IntegerField(
        _l("Tries under one seed"),
        description=_l(
            "After so many, and every night, a seed is revealed and the next one begins."
        ),
        validators=[InputRequired(WHOLE), NumberRange(1, 10_000, message=WHOLE)],
    )
    needs_two = BooleanField(
        _l("Two people"), description=_l("Whoever changed a draw last can't open it.")
    )

    def rules(self) -> Rules:
        """Return what was set."""
        return Rules(
            max_prize_minor=_minor(self.max_prize.data) or 0,
            epoch_plays=self.epoch_plays.data,
            needs_two=self.needs_two.data,
        )
