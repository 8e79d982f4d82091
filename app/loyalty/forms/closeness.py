"""VIP types as staff write them."""

from typing import Any

from wtforms import BooleanField, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.kernel.forms import Form, clean, clean_text
from app.kernel.i18n import lazy_gettext as _l
from app.loyalty.forms.tiers import DecimalField, unscaled
from app.loyalty.types.closeness import VipType

TOO_LONG = _l("This is too long.")


def _whole(label: object, low: int, most: int, **more: Any) -> IntegerField:
    message = _l("A whole number from %(low)s to %(most)s.", low=low, most=most)
    return IntegerField(
        label,
        validators=[InputRequired(message), NumberRange(low, most, message=message)],
        **more,
    )


def _perhaps(label: object, most: int, description: object) -> IntegerField:
    message = _l("A whole number from %(low)s to %(most)s.", low=0, most=most)
    checks = [Optional(), NumberRange(0, most, message=message)]
    return IntegerField(label, validators=checks, description=description, default=0)


def _text(label: object, most: int, needed: object | None = None, **more: Any) -> StringField:
    checks: list[Any] = [DataRequired(needed)] if needed else []
    return StringField(
        label, filters=[clean], validators=[*checks, Length(max=most, message=TOO_LONG)], **more
    )


class VipTypeForm(Form):
    """A VIP type."""

    seen = HiddenField()
    key = _text(
        _l("Key"), 24, _l("Write a short key."), description=_l("Short and lasting, such as gold.")
    )
    name_zh = _text(_l("Name in Chinese"), 24, _l("Name it in both languages."))
    name_en = _text(_l("Name in English"), 24, _l("Name it in both languages."))
    min_spend = _whole(_l("At least, spend"), 0, 10_000, default=0)
    min_advocacy = _whole(_l("At least, advocacy"), 0, 10_000, default=0)
    min_total = _whole(_l("At least, together"), 0, 10_000, default=0)
    priority = _whole(
        _l("Priority"), 1, 99, description=_l("1 is served first. Two types never share one.")
    )
    first_reply_minutes = _whole(_l("First reply within minutes"), 1, 43_200)
    return_days = _perhaps(_l("Days to return"), 365, _l("0: as for everybody."))
    pack_hours = _perhaps(_l("Packed within hours"), 720, _l("0: no promise."))
    concierge = BooleanField(_l("Has a concierge"))
    multiplier = DecimalField(
        _l("Points multiplier"), places=3, message=_l("Write a number such as 1.5."), default="1"
    )
    price = DecimalField(
        _l("Pays, % of the price"),
        places=1,
        message=_l("Write a share such as 95."),
        default="100",
    )
    perks_zh = _text(_l("What else, in Chinese"), 200)
    perks_en = _text(_l("What else, in English"), 300)
    explanation = TextAreaField(
        _l("Why somebody closer may be worse off"),
        description=_l("Leave it empty: then nobody may be. It stands in the audit."),
        filters=[clean_text],
        validators=[Length(max=300, message=TOO_LONG)],
    )

    @classmethod
    def of(cls, vip: VipType) -> "VipTypeForm":
        """Show a type as it is."""
        plain = {name: getattr(vip, name) for name in PLAIN}
        return cls(
            data={
                **plain,
                "seen": str(vip.version),
                "multiplier": unscaled(vip.multiplier_permille, 3),
                "price": unscaled(vip.price_permille, 1),
            }
        )

    def vip_type(self, key: str | None = None, version: int = 0) -> VipType:
        """Return it as the service takes it; the key of one that is there stays."""
        plain = {name: self[name].data for name in PLAIN}
        for name in ("perks_zh", "perks_en", "explanation"):
            plain[name] = plain[name] or ""
        return VipType(
            **{
                **plain,
                "key": key or plain["key"],
                "return_days": self.return_days.data or 0,
                "pack_hours": self.pack_hours.data or 0,
                "concierge": bool(self.concierge.data),
                "multiplier_permille": self.multiplier.scaled,
                "price_permille": self.price.scaled,
                "version": version,
            }
        )


PLAIN = (
    "key", "name_zh", "name_en", "min_spend", "min_advocacy", "min_total", "priority",
    "first_reply_minutes", "return_days", "pack_hours", "concierge", "perks_zh", "perks_en",
    "explanation",
)  # fmt: skip
