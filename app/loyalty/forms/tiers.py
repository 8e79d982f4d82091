"""Ladders, tiers given by staff, and the rule of super-members."""

from decimal import Decimal, InvalidOperation
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms import Form as Part
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, StopValidation

from app.kernel.forms import CostlyForm, Form, clean
from app.kernel.i18n import lazy_gettext as _l
from app.loyalty.policy.tiers import MAX_TIERS
from app.loyalty.types.supers import SuperRule
from app.loyalty.types.tiers import Ladder, Measure, Perks, Tier

MOST = 10**12
WHOLE_GROWTH = _l("Growth points are whole numbers.")
BLANK_ROWS = 1

MEASURES = [
    SelectChoice(Measure.GROWTH_WINDOW.value, _l("Growth gained within a window")),
    SelectChoice(Measure.GROWTH_EVER.value, _l("Growth ever")),
    SelectChoice(Measure.NET_SPEND.value, _l("Net spend within a window")),
]


class DecimalField(StringField):
    """A decimal that is kept as a whole number of small parts: money, a multiplier."""

    def __init__(self, label: object, *, places: int, message: object, **options: Any) -> None:
        super().__init__(label, filters=[clean], **options)
        self.places, self.message = places, message

    @property
    def scaled(self) -> int:
        """Return what was written as a whole number of small parts; 0 for nothing."""
        return _scaled(str(self.data or "0"), self.places) or 0

    def pre_validate(self, form: object) -> None:  # noqa: ARG002 - WTForms' signature
        """Refuse what is no number or has too many decimals."""
        value = _scaled(str(self.data or "0"), self.places)
        if value is None or not 0 <= value <= MOST:
            raise StopValidation(str(self.message))


def _scaled(text: str, places: int) -> int | None:
    try:
        parts = Decimal(text.replace(",", "")) * 10**places
    except InvalidOperation:
        return None
    is_whole = parts.is_finite() and parts == parts.to_integral_value()
    return int(parts) if is_whole else None


def unscaled(value: int, places: int) -> str:
    """Return a whole number of small parts as people write it: ``1500`` → ``1.5``."""
    text = format(Decimal(value).scaleb(-places), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _whole(label: object, most: int) -> IntegerField:
    message = _l("A whole number from 0 to %(most)s.", most=most)
    return IntegerField(
        label,
        default=0,
        validators=[InputRequired(message), NumberRange(0, most, message=message)],
    )


class TierPart(Part):
    """One tier; a row without key and names is left out."""

    key = StringField(_l("Key"), filters=[clean], validators=[Length(max=24)])
    name_zh = StringField(_l("Name in Chinese"), filters=[clean], validators=[Length(max=24)])
    name_en = StringField(_l("Name in English"), filters=[clean], validators=[Length(max=24)])
    threshold = DecimalField(
        _l("Reached from"), places=2, message=_l("Write a number, 0 or more."), default="0"
    )
    multiplier = DecimalField(
        _l("Points multiplier"), places=3, message=_l("Write a number such as 1.5."), default="1"
    )
    makeup_cards = _whole(_l("Make-up cards a month"), 31)
    mall_level = _whole(_l("Mall level"), 100)
    service_priority = _whole(_l("Service priority"), 100)
    lounge = BooleanField(_l("Lounge"))

    @property
    def is_blank(self) -> bool:
        """Return whether nothing was written into it."""
        return not (self.key.data or self.name_zh.data or self.name_en.data)

    def tier(self, measure: Measure) -> Tier:
        """Return it as the service takes it."""
        minor = self.threshold.scaled
        return Tier(
            self.key.data or "",
            self.name_zh.data or "",
            self.name_en.data or "",
            minor if measure is Measure.NET_SPEND else minor // 100,
            Perks(
                self.multiplier.scaled,
                self.makeup_cards.data or 0,
                self.mall_level.data or 0,
                self.service_priority.data or 0,
                bool(self.lounge.data),
            ),
        )


def _part(tier: Tier, measure: Measure) -> dict[str, Any]:
    return {
        "key": tier.key,
        "name_zh": tier.name_zh,
        "name_en": tier.name_en,
        "threshold": unscaled(tier.threshold, 2 if measure is Measure.NET_SPEND else 0),
        "multiplier": unscaled(tier.perks.multiplier_permille, 3),
        "makeup_cards": tier.perks.makeup_cards,
        "mall_level": tier.perks.mall_level,
        "service_priority": tier.perks.service_priority,
        "lounge": tier.perks.lounge,
    }


class LadderForm(Form):
    """A draft of a ladder."""

    seen = HiddenField()
    measure = SelectField(_l("What counts"), choices=MEASURES)
    window_months = IntegerField(
        _l("Window in months"),
        description=_l("How far back it counts. Growth ever needs none."),
        validators=[
            InputRequired(_l("Write a number of months.")),
            NumberRange(0, 60, message=_l("From 0 to 60 months.")),
        ],
    )
    grace_days = IntegerField(
        _l("Grace in days"),
        description=_l("How long a tier stays that was not earned again."),
        validators=[
            InputRequired(_l("Write a number of days.")),
            NumberRange(0, 365, message=_l("From 0 to 365 days.")),
        ],
    )
    warn_days = IntegerField(
        _l("Warning, days before the end"),
        validators=[
            InputRequired(_l("Write a number of days.")),
            NumberRange(0, 365, message=_l("From 0 to 365 days.")),
        ],
    )
    tiers = FieldList(FormField(TierPart), max_entries=MAX_TIERS)

    @classmethod
    def of(cls, ladder: Ladder, version: int) -> "LadderForm":
        """Show a draft as it is, with a blank row to add a tier."""
        parts: list[dict[str, Any]] = [_part(tier, ladder.measure) for tier in ladder.tiers]
        blank = min(BLANK_ROWS, MAX_TIERS - len(parts))
        return cls(
            data={
                "seen": str(version),
                "measure": ladder.measure.value,
                "window_months": ladder.window_months,
                "grace_days": ladder.grace_days,
                "warn_days": ladder.warn_days,
                "tiers": parts + [{}] * blank,
            }
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse parts of a growth point too."""
        is_sound: bool = super().validate(extra_validators)
        if self.measure.data == Measure.NET_SPEND.value:
            return is_sound
        for entry in self.tiers:
            if entry.form.threshold.scaled % 100:
                entry.form.threshold.errors = [WHOLE_GROWTH]
                self.form_errors = [WHOLE_GROWTH]
                is_sound = False
        return is_sound

    def ladder(self) -> Ladder:
        """Return it as the service takes it; tiers from the lowest threshold up."""
        measure = Measure(self.measure.data)
        parts = [entry.form for entry in self.tiers if not entry.form.is_blank]
        return Ladder(
            measure,
            self.window_months.data,
            self.grace_days.data,
            self.warn_days.data,
            tuple(part.tier(measure) for part in parts),
        )


class SeenForm(Form):
    """A decision about something of which the writer has seen a version."""

    seen = HiddenField(validators=[DataRequired()])

    @property
    def version(self) -> int:
        """Return the version that the writer had before him; −1 for none."""
        text = str(self.seen.data or "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else -1  # noqa: PLR2004


class GrantForm(CostlyForm):
    """A tier given by staff."""

    tier = SelectField(_l("Tier"), choices=(), validators=[InputRequired(_l("Choose a tier."))])
    until_on = DateField(
        _l("Last day"), validators=[InputRequired(_l("Write a day such as 2026-12-31."))]
    )
    reason = StringField(
        _l("Reason"),
        description=_l("For colleagues who look here later."),
        filters=[clean],
        validators=[
            DataRequired(_l("Write why.")),
            Length(max=200, message=_l("At most 200 characters.")),
        ],
    )


class SuperRuleForm(Form):
    """What makes a super-member."""

    threshold = DecimalField(
        _l("Net paid from"), places=2, message=_l("Write an amount such as 3000.00.")
    )
    window_months = IntegerField(
        _l("Within months"),
        validators=[
            InputRequired(_l("Write a number of months.")),
            NumberRange(1, 60, message=_l("From 1 to 60 months.")),
        ],
    )
    grace_days = IntegerField(
        _l("Grace in days"),
        description=_l("How long a review lasts before the membership lapses."),
        validators=[
            InputRequired(_l("Write a number of days.")),
            NumberRange(0, 365, message=_l("From 0 to 365 days.")),
        ],
    )

    def fill(self, rule: SuperRule) -> None:
        """Show the rule that holds."""
        self.threshold.data = unscaled(rule.threshold_minor, 2)
        self.window_months.data = rule.window_months
        self.grace_days.data = rule.grace_days

    def rule(self) -> SuperRule:
        """Return it as the service takes it."""
        return SuperRule(
            self.threshold.scaled, self.window_months.data or 0, self.grace_days.data or 0
        )
