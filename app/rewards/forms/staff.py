"""What staff fill in: items with their kinds, categories, movements of stock."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms import Form as Part
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    URL,
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)

from app.kernel import audience, clock, goods, labels
from app.kernel.forms import Form, clean, clean_text
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.listings import Listing
from app.rewards.types import Delivery, Drop, ItemDraft, Movement, VariantDraft

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
TOO_LONG = _l("Keep it shorter.")
WHOLE = _l("A whole number, 0 or more.")
MONEY = _l("Write an amount, such as 12.50.")
AMOUNT = r"^\d{1,9}([.]\d{1,2})?$"
DELIVERIES = {
    Delivery.POST: _l("A parcel by post"),
    Delivery.GOODS: _l("Handed over at once"),
}
DROPS = {
    Drop.NONE: _l("Always on sale"),
    Drop.FIRST_COME: _l("First come, first served"),
    Drop.LOTS: _l("By lot, among all who entered"),
}
BY_HAND = {
    Movement.RECEIVED: _l("Stock came in"),
    Movement.CORRECTED: _l("Counted anew"),
    Movement.DAMAGED: _l("Damaged or lost"),
}


def _text(label: object, most: int, *, needed: object = None, **more: Any) -> StringField:
    checks = [DataRequired(needed)] if needed else [Optional()]
    return StringField(
        label, filters=[clean], validators=[*checks, Length(max=most, message=TOO_LONG)], **more
    )


def _long(label: object, most: int, **more: Any) -> TextAreaField:
    checks = [Optional(), Length(max=most, message=TOO_LONG)]
    return TextAreaField(label, filters=[clean_text], validators=checks, **more)


def _whole(label: object, most: int = 10_000_000, **more: Any) -> IntegerField:
    return IntegerField(
        label, default=0, validators=[Optional(), NumberRange(0, most, message=WHOLE)], **more
    )


def _money(label: object, **more: Any) -> StringField:
    return StringField(
        label, filters=[clean], validators=[Optional(), Regexp(AMOUNT, message=MONEY)], **more
    )


def _moment(label: object, **more: Any) -> DateTimeLocalField:
    return DateTimeLocalField(label, format=MOMENTS, validators=[Optional()], **more)


def _slug() -> StringField:
    return StringField(
        _l("Address"),
        filters=[clean, lambda text: text.lower() if text else text],
        validators=[
            DataRequired(_l("Write a short address.")),
            Length(max=64, message=TOO_LONG),
            Regexp(SLUG, message=_l("Small letters, figures and hyphens only.")),
        ],
    )


def minor_of(text: str | None) -> int:
    """Return an amount in minor units; 0 for none."""
    if not text:
        return 0
    whole, _, part = text.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0") or 0)


def written(minor: int | None) -> str:
    """Return minor units as they are typed; empty for none."""
    return f"{minor // 100}.{minor % 100:02}" if minor else ""


def local(moment: datetime | None) -> datetime | None:
    """Return a moment as the brand's clocks show it, for a form."""
    return moment.astimezone(clock.zone()).replace(tzinfo=None) if moment else None


def _aware(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=clock.zone()) if moment else None


ONLY = "one"
"""Code of the only kind of an item, where nobody wrote another."""


class VariantPart(Part):
    """One kind; its row is left out as long as nothing is in it."""

    is_known = HiddenField()
    code = _text(_l("Code"), 40, description=_l("For the team and the parcel. It stays for good."))
    label_zh = _text(_l("Label in Chinese"), 40)
    label_en = _text(_l("Label in English"), 60)
    initial = _whole(_l("Pieces at first"), 1_000_000)
    low_at = _whole(_l("Tell us when it falls to"), 1_000_000, description=_l("0: never."))
    is_endless = BooleanField(_l("As many as one likes: nothing is counted"))
    is_retired = BooleanField(_l("No longer on offer"))

    @property
    def is_blank(self) -> bool:
        """Return whether nothing was written into it."""
        said = self.code.data or self.label_zh.data or self.label_en.data
        return not (said or self.initial.data or self.is_endless.data)

    @property
    def draft(self) -> VariantDraft:
        """Return it as the service takes it."""
        return VariantDraft(
            code=self.code.data or "",
            label_zh=self.label_zh.data or "",
            label_en=self.label_en.data or "",
            is_endless=bool(self.is_endless.data),
            initial=self.initial.data or 0,
            low_at=self.low_at.data or 0,
            is_retired=bool(self.is_retired.data),
        )


class ItemForm(Form):
    """An item of the mall. Photos stand beside it, as the photo picker sends them."""

    version = HiddenField()
    slug = _slug()
    category = SelectField(_l("Category"), validators=[InputRequired(_l("Choose a category."))])
    name_zh = _text(_l("Name in Chinese"), 80, needed=_l("Write its name."))
    name_en = _text(_l("Name in English"), 120, needed=_l("Write its name."))
    description_zh = _long(_l("Description in Chinese"), 8_000)
    description_en = _long(_l("Description in English"), 8_000)
    rules_zh = _long(_l("Rules in Chinese"), 600)
    rules_en = _long(_l("Rules in English"), 600)
    price_points = IntegerField(
        _l("Price in points"),
        validators=[
            InputRequired(_l("Write how many points it takes.")),
            NumberRange(0, 10_000_000, message=WHOLE),
        ],
    )
    price_minor = _money(_l("Money part"), description=_l("Paid outside, on top of the points."))
    worth_minor = _money(_l("What it costs in the shops"))
    pay_hours = IntegerField(
        _l("Hours to pay the money part"),
        default=24,
        validators=[Optional(), NumberRange(1, 720, message=_l("Between 1 and 720 hours."))],
    )
    pay_url = StringField(
        _l("Where it is paid"),
        filters=[clean],
        validators=[
            Optional(),
            Length(max=300, message=TOO_LONG),
            URL(require_tld=False, message=_l("Write a whole address, with https.")),
        ],
    )
    delivery = SelectField(_l("How it comes"))
    goods = SelectField(_l("What is handed over"), default="", validators=[Optional()])
    product_id = SelectField(
        _l("The same thing in the shops"),
        default="",
        description=_l("Fans' photos of it stand on the item's page."),
        validators=[Optional()],
    )
    limit_each = _whole(_l("For each member"), 10_000, description=_l("0: as many as one likes."))
    tier_limits = _long(
        _l("Other limits by tier"),
        600,
        description=_l("One a line: key of the tier: number. Such as gold: 3."),
    )
    audience = SelectField(_l("Who may get it"))
    unlock = SelectField(_l("Hidden until one has"), default="")
    opens_at = _moment(_l("On sale from"))
    closes_at = _moment(_l("On sale until"))
    drop = SelectField(_l("How it is shared out"))
    draws_at = _moment(_l("Lots are drawn at"))
    deposit_points = _whole(
        _l("Deposit in points"), description=_l("More than 0: it is sold ahead.")
    )
    rest_from = _moment(_l("Rest due from"))
    rest_until = _moment(_l("Rest due until"))
    ships_on = DateField(_l("Ships from"), validators=[Optional()])
    is_shown = BooleanField(_l("Members see it"), default=True)
    variants = FieldList(FormField(VariantPart), max_entries=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.delivery.choices = [SelectChoice(k.value, str(v)) for k, v in DELIVERIES.items()]
        self.drop.choices = [SelectChoice(k.value, str(v)) for k, v in DROPS.items()]

    def offer(self, shelves: Listing, kept: ItemDraft | None = None) -> None:
        """Fill in what can be chosen. What is stored stays choosable."""
        kinds = [kind for kind in goods.kinds() if kind.key != "item" and not kind.is_amount]
        things, (places, *products) = goods.offered(kinds, [shelves, *labels.listed("product")])
        self.category.choices = [SelectChoice(slug, str(name)) for slug, name in places]
        known = [(name, str(label)) for name, label in audience.choices()]
        self.audience.choices = _with(known, kept.audience if kept else "")
        others = [each for each in known if each[0] != "all"]
        secret = [("", str(_l("Nothing: it is no secret"))), *others]
        self.unlock.choices = _with(secret, kept.unlock if kept else "")
        self.goods.choices = _with([("", "–"), *things], kept.goods if kept else "")
        known_product = str(kept.product_id) if kept and kept.product_id else ""
        named = [(ref, str(name)) for found in products for ref, name in found]
        named.sort(key=lambda each: each[1])
        self.product_id.choices = _with([("", "–"), *named], known_product)

    def validate_tier_limits(self, field: TextAreaField) -> None:
        """See that every line names a tier and a number."""
        if _limits(field.data) is None:
            raise ValidationError(str(_l("One a line: key of the tier: number. Such as gold: 3.")))

    def draft(self, photo_ids: Sequence[int], currency: str) -> ItemDraft:
        """Return it as the service takes it."""
        copied = (
            "slug", "category", "name_zh", "name_en", "description_zh", "description_en",
            "rules_zh", "rules_en", "pay_url", "goods", "audience", "unlock",
        )  # fmt: skip
        is_parcel = self.delivery.data == Delivery.POST
        values = {name: getattr(self, name).data or "" for name in copied}
        values["goods"] = "" if is_parcel else values["goods"]
        product = self.product_id.data or ""
        return ItemDraft(
            **values,
            price_points=self.price_points.data or 0,
            price_minor=minor_of(self.price_minor.data),
            worth_minor=minor_of(self.worth_minor.data) or None,
            currency=currency,
            product_id=int(product) if product.isdecimal() else None,
            delivery=Delivery(self.delivery.data),
            limit_each=self.limit_each.data or 0,
            tier_limits=_limits(self.tier_limits.data) or {},
            opens_at=_aware(self.opens_at.data),
            closes_at=_aware(self.closes_at.data),
            drop=Drop(self.drop.data),
            draws_at=_aware(self.draws_at.data),
            deposit_points=self.deposit_points.data or 0,
            rest_from=_aware(self.rest_from.data),
            rest_until=_aware(self.rest_until.data),
            ships_on=self.ships_on.data,
            pay_hours=self.pay_hours.data or 24,
            is_shown=bool(self.is_shown.data),
            photo_ids=photo_ids,
            variants=self._variants(),
        )

    def _variants(self) -> list[VariantDraft]:
        """Return the kinds that were written; who has but one need not think of a code for it."""
        drafts = [each.form.draft for each in self.variants if not each.form.is_blank]
        if len(drafts) == 1 and not drafts[0].code:
            return [replace(drafts[0], code=ONLY)]
        return drafts

    def problems(self) -> list[str]:
        """Return everything that is wrong, in one line each, for the summary."""
        own = [
            f"{field.label.text}: {field.errors[0]}"
            for field in self
            if field.errors and field.type not in {"CSRFTokenField", "FieldList"}
        ]
        inner = [
            f"{part.form.code.data or '?'}, {field.label.text}: {field.errors[0]}"
            for part in self.variants
            for field in part.form
            if field.errors
        ]
        return [*map(str, self.form_errors), *own, *inner]


def _with(choices: Sequence[tuple[str, str]], kept: str | None) -> list[SelectChoice]:
    known = dict(choices)
    if kept:
        known.setdefault(kept, kept)
    return [SelectChoice(name, label) for name, label in known.items()]


def _limits(text: str | None) -> dict[str, int] | None:
    """Return limits by tier; None where a line is none."""
    found: dict[str, int] = {}
    for line in (text or "").splitlines():
        name, _, number = line.partition(":")
        if not line.strip():
            continue
        if not (name.strip() and number.strip().isdecimal() and len(number.strip()) < 6):  # noqa: PLR2004 - a limit
            return None
        found[name.strip()] = int(number)
    return found


def item_data(draft: ItemDraft, version: int) -> dict[str, Any]:
    """Return a stored item as the form shows it."""
    plain = (
        "slug", "category", "name_zh", "name_en", "description_zh", "description_en", "rules_zh",
        "rules_en", "price_points", "pay_hours", "pay_url", "goods", "limit_each", "audience",
        "unlock", "deposit_points", "ships_on", "is_shown",
    )  # fmt: skip
    moments = ("opens_at", "closes_at", "draws_at", "rest_from", "rest_until")
    limits: Mapping[str, int] = draft.tier_limits
    return {
        **{name: getattr(draft, name) for name in plain},
        **{name: local(getattr(draft, name)) for name in moments},
        "version": str(version),
        "price_minor": written(draft.price_minor),
        "worth_minor": written(draft.worth_minor),
        "delivery": draft.delivery.value,
        "drop": draft.drop.value,
        "product_id": str(draft.product_id) if draft.product_id else "",
        "tier_limits": "\n".join(f"{key}: {number}" for key, number in limits.items()),
    }


class MoveForm(Form):
    """A movement of a stock by hand."""

    variant = SelectField(_l("Kind"))
    cause = SelectField(_l("Why"))
    amount = IntegerField(
        _l("How many"),
        description=_l("What went out has a minus, such as -2."),
        validators=[
            InputRequired(_l("Write how many came in or went out.")),
            NumberRange(-1_000_000, 1_000_000, message=_l("Write how many came in or went out.")),
        ],
    )
    word = _text(
        _l("Note"), 200, description=_l("Number of the delivery, what broke, who counted.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cause.choices = [SelectChoice(k.value, str(v)) for k, v in BY_HAND.items()]


class CategoryForm(Form):
    """A category of the mall."""

    slug = _slug()
    name_zh = _text(_l("Name in Chinese"), 40, needed=_l("Write its name."))
    name_en = _text(_l("Name in English"), 60, needed=_l("Write its name."))
    position = _whole(_l("Place in the list"), 9_999, description=_l("Smaller comes first."))
