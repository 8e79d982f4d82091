"""Shapes of what staff say about pools and codes."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    DateField,
    DecimalField,
    IntegerField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.coupons.types import (
    MAX_GENERATED,
    MAX_MONEY,
    NAME_CHARS,
    NOTE_CHARS,
    TERMS_CHARS,
    TEXT_CHARS,
    PoolDraft,
    Worth,
    WorthKind,
)
from app.kernel import labels
from app.kernel.forms import CostlyForm, Form, clean, clean_text
from app.kernel.i18n import lazy_gettext as _l

TOO_LONG = _l("This is too long: up to %(max)d signs.")
WORTHS: dict[WorthKind, object] = {
    WorthKind.MONEY: _l("Money off"),
    WorthKind.PERCENT: _l("Percent off"),
    WorthKind.SHIPPING: _l("Free shipping"),
    WorthKind.TEXT: _l("Something else, in words"),
}


def _line(label: object, most: int, *, needed: bool = False, about: object = "") -> StringField:
    asked = DataRequired(_l("Write it in both languages.")) if needed else Optional()
    return StringField(
        label, description=about, filters=[clean],
        validators=[asked, Length(max=most, message=TOO_LONG)],
    )  # fmt: skip


def _lines(label: object, most: int, about: object = "") -> TextAreaField:
    return TextAreaField(
        label, description=about, filters=[clean_text],
        validators=[Optional(), Length(max=most, message=TOO_LONG)],
    )  # fmt: skip


def _amount(label: object, about: object = "") -> DecimalField:
    return DecimalField(
        label, description=about, places=None,
        validators=[
            Optional(), NumberRange(0, MAX_MONEY // 100, message=_l("Write an amount from 0 up.")),
        ],
    )  # fmt: skip


def _whole(label: object, about: object = "", default: int | None = None) -> IntegerField:
    return IntegerField(
        label, description=about, default=default,
        validators=[Optional(), NumberRange(0, 1_000_000, message=_l("Write a whole number."))],
    )  # fmt: skip


class PoolForm(Form):
    """A pool."""

    name_zh = _line(_l("Name in Chinese"), NAME_CHARS, needed=True)
    name_en = _line(_l("Name in English"), NAME_CHARS, needed=True)
    worth = SelectField(_l("What it is worth"))
    amount = _amount(_l("Money off"), _l("For example 20 or 9.90."))
    percent = _whole(_l("Percent off"), _l("20 means one fifth less."))
    text_zh = _line(_l("In words, in Chinese"), TEXT_CHARS)
    text_en = _line(_l("In words, in English"), TEXT_CHARS)
    least = _amount(_l("Minimum spend"), _l("Empty: any order."))
    channel = SelectField(_l("Used in which channel"))
    place_zh = _line(_l("Or a place, in Chinese"), NAME_CHARS)
    place_en = _line(_l("Or a place, in English"), NAME_CHARS)
    use_url = _line(
        _l("Where “Use it” leads"), 500, about=_l("An address with https://, or empty.")
    )
    starts_on = DateField(_l("First day"), validators=[Optional()])
    ends_on = DateField(
        _l("Last day"), description=_l("After it nothing is given any more."),
        validators=[Optional()],
    )  # fmt: skip
    days = _whole(
        _l("Days from giving"), _l("Empty: the days above hold. 1: only on the day it is given.")
    )
    low_at = _whole(_l("Tell us when so few are left"), _l("0: never."), default=20)
    terms_zh = _lines(_l("Rules in words, in Chinese"), TERMS_CHARS)
    terms_en = _lines(_l("Rules in words, in English"), TERMS_CHARS)

    def __init__(self, *args: Any, kept: str = "", **kwargs: Any) -> None:
        """Make the form; ``kept`` is the channel that a pool names, if it is offered no more."""
        super().__init__(*args, **kwargs)
        self.worth.choices = [SelectChoice(each.value, str(name)) for each, name in WORTHS.items()]
        offered = labels.choices("channel")
        if kept and kept not in dict(offered):
            offered.append((kept, kept))
        self.channel.choices = [
            SelectChoice("", str(_l("None: the place below"))),
            *(SelectChoice(code, name) for code, name in offered),
        ]

    def draft(self, currency: str) -> PoolDraft:
        """Return it as the service takes it; what its kind has no use for is left out."""
        kind = WorthKind(self.worth.data)
        worth = Worth(
            kind,
            _minor(self.amount.data) if kind is WorthKind.MONEY else 0,
            currency,
            (self.percent.data or 0) if kind is WorthKind.PERCENT else 0,
            (self.text_zh.data or "") if kind is WorthKind.TEXT else "",
            (self.text_en.data or "") if kind is WorthKind.TEXT else "",
        )
        return PoolDraft(
            name_zh=self.name_zh.data,
            name_en=self.name_en.data,
            worth=worth,
            min_minor=_minor(self.least.data),
            terms_zh=self.terms_zh.data or "",
            terms_en=self.terms_en.data or "",
            channel=self.channel.data or "",
            place_zh=self.place_zh.data or "",
            place_en=self.place_en.data or "",
            use_url=self.use_url.data or "",
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            days=self.days.data or None,
            low_at=self.low_at.data or 0,
        )


def _minor(amount: Decimal | None) -> int:
    if amount is None or not amount.is_finite():
        return 0
    return int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))


def pool_data(draft: PoolDraft) -> dict[str, Any]:
    """Return a stored pool as the form shows it."""
    worth = draft.worth
    names = (
        "name_zh", "name_en", "terms_zh", "terms_en", "channel", "place_zh", "place_en", "use_url",
        "starts_on", "ends_on", "days", "low_at",
    )  # fmt: skip
    return {
        **{name: getattr(draft, name) for name in names},
        "worth": worth.kind.value,
        "amount": _plain(worth.minor),
        "percent": worth.percent or None,
        "text_zh": worth.text_zh,
        "text_en": worth.text_en,
        "least": _plain(draft.min_minor),
    }


def _plain(minor: int) -> Decimal | None:
    return Decimal(minor) / 100 if minor else None


class CodesForm(Form):
    """A file of codes."""

    file = FileField(
        _l("File"),
        description=_l("CSV, TXT or XLSX, one code a line, up to 200,000."),
        validators=[FileRequired(_l("Choose a file."))],
    )


class MakeForm(CostlyForm):
    """Codes to be made."""

    count = IntegerField(
        _l("How many"),
        validators=[
            InputRequired(_l("Write how many.")),
            NumberRange(1, MAX_GENERATED, message=_l("Write a whole number from 1 up.")),
        ],
    )
    prefix = StringField(
        _l("They begin with"),
        description=_l("Up to eight capital letters and digits, such as POT-."),
        filters=[clean, lambda text: (text or "").upper()],
        validators=[Optional(), Length(max=9, message=TOO_LONG)],
    )


class GiveForm(CostlyForm):
    """A coupon for one member."""

    yid = StringField(
        _l("Member"),
        description=_l("The Yid, as on his page."),
        filters=[clean],
        validators=[InputRequired(_l("Write the Yid of a member."))],
    )
    reason = StringField(
        _l("Why"),
        description=_l("The member reads it."),
        filters=[clean],
        validators=[
            InputRequired(_l("Say why.")), Length(max=NOTE_CHARS, message=TOO_LONG),
        ],
    )  # fmt: skip
