"""A prize as staff write it."""

from decimal import Decimal
from typing import Any

from wtforms import (
    BooleanField,
    DecimalField,
    IntegerField,
    SelectField,
    StringField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)

from app.draws.forms.fields import MOST, WHOLE, minor, text
from app.draws.policy import floors
from app.draws.types import (
    CODE,
    MAX_PPM,
    Prize,
    PrizeDraft,
)
from app.kernel import goods
from app.kernel.forms import Form, clean
from app.kernel.goods import Thing
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l

_PLAIN = str.maketrans("，、／＊～", ",,/*~")


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
        _l("Market value"),
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
    fallback = text(_l("What stands in when it is gone"), 24, _l("The code of another prize."))
    is_headline = BooleanField(
        _l("Headline prize"), description=_l("The draw pauses by itself when the last one is won.")
    )
    floors = text(
        _l("Floors"),
        200,
        _l("Floor prize only: 8,88 these floors; /50 every 50th; *8 ending in 8; ~ drawn later."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.thing.choices = things()

    def validate_floors(self, field: StringField) -> None:
        """Refuse what says nothing about floors; blanks and Chinese commas do no harm."""
        field.data = "".join((field.data or "").split()).translate(_PLAIN)
        if field.data and not floors.is_pattern(field.data):
            raise ValidationError(_("Write floors such as 8,88 or /50 or *8, or ~."))

    def validate_value(self, field: DecimalField) -> None:
        """A thank you is worth nothing."""
        if field.data and not self.thing.data:
            raise ValidationError(_("A thank you has no value. Choose what is handed over."))

    def validate_is_headline(self, field: BooleanField) -> None:
        """A thank you is no reason to pause a draw."""
        if field.data and not self.thing.data:
            raise ValidationError(_("A thank you is no headline prize."))

    def validate_thing(self, field: SelectField) -> None:
        """Points need an amount."""
        if field.data.endswith(":?") and not self.amount.data:
            raise ValidationError(_("Write below how many."))

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
            value_minor=minor(self.value.data) or 0,
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
