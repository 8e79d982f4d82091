"""Products, categories and sets as staff write them."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import Form as Part
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp

from app.commerce.forms.fields import ScaledField
from app.commerce.types import CategoryMode
from app.commerce.types.catalogue import (
    MAX_DAILY_USE_MILLI,
    MAX_DESCRIPTION,
    MAX_PRICE_MINOR,
    CategoryRow,
    ListingDraft,
    ProductDraft,
    SetDraft,
    SkuDraft,
    read_attributes,
    unscaled,
    written_attributes,
)
from app.commerce.types.goods import ALLERGEN_NAMES, PACK_UNIT_NAMES
from app.kernel.forms import Form, clean, clean_text
from app.kernel.i18n import lazy_gettext as _l

SLUG = r"^[a-z0-9][a-z0-9-]*$"
CURRENCY = r"^[A-Z]{3}$"
TOO_LONG = _l("This is too long.")
PRICE = _l("Write an amount with at most two decimals, such as 26.90.")


def _upper(text: str | None) -> str | None:
    return text.upper() if text else text


def _text(label: object, most: int, *, needed: object | None = None, **more: Any) -> StringField:
    checks = [DataRequired(needed)] if needed else [Optional()]
    return StringField(
        label, filters=[clean], validators=[*checks, Length(max=most, message=TOO_LONG)], **more
    )


def _long(label: object, most: int, **more: Any) -> TextAreaField:
    return TextAreaField(
        label,
        filters=[clean_text],
        validators=[Optional(), Length(max=most, message=TOO_LONG)],
        **more,
    )


def _slug(most: int) -> StringField:
    return StringField(
        _l("Address"),
        filters=[clean, lambda text: text.lower() if text else text],
        validators=[
            DataRequired(_l("Write a short address.")),
            Length(max=most, message=TOO_LONG),
            Regexp(SLUG, message=_l("Small letters, figures and hyphens only.")),
        ],
    )


class ListingPart(Part):
    """A SKU in one channel."""

    channel = HiddenField()
    item_id = _text(_l("Item number there"), 128)
    price = ScaledField(_l("Price there"), places=2, most=MAX_PRICE_MINOR, message=PRICE)

    @property
    def draft(self) -> ListingDraft:
        """Return it as the service takes it."""
        return ListingDraft(self.channel.data or "", self.item_id.data or "", self.price.scaled)


class SkuPart(Part):
    """One SKU; its row is left out as long as it has no code."""

    is_known = HiddenField()
    code = _text(_l("SKU code"), 64, description=_l("As orders name it. It stays for good."))
    label_zh = _text(_l("Label in Chinese"), 60)
    label_en = _text(_l("Label in English"), 60)
    price = ScaledField(_l("List price"), places=2, most=MAX_PRICE_MINOR, message=PRICE)
    currency = StringField(
        _l("Currency"),
        filters=[clean, _upper],
        validators=[Optional(), Regexp(CURRENCY, message=_l("Write its ISO code, such as CNY."))],
    )
    pack_size = IntegerField(
        _l("In a pack"),
        default=1,
        validators=[
            Optional(),
            NumberRange(1, 1_000_000, message=_l("A whole number from 1.")),
        ],
    )
    pack_unit = SelectField(_l("Of what"), choices=(), validators=[Optional()])
    daily_use = ScaledField(
        _l("Used up a day"),
        places=3,
        most=MAX_DAILY_USE_MILLI,
        message=_l("Write how many pieces a person uses a day, such as 0.5."),
    )
    trial_of = _text(_l("Trial pack of"), 64, description=_l("SKU code of the full size"))
    is_hidden = BooleanField(
        _l("Hidden edition"), description=_l("A silhouette in the collection book until owned")
    )
    is_retired = BooleanField(_l("No longer sold"))
    media_id = HiddenField()
    drops_picture = BooleanField(_l("Take its picture away"))
    listings = FieldList(FormField(ListingPart))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pack_unit.choices = [
            SelectChoice(unit, str(name)) for unit, name in PACK_UNIT_NAMES.items()
        ]

    @property
    def is_blank(self) -> bool:
        """Return whether nothing was written into it."""
        return not (self.code.data or self.label_zh.data or self.label_en.data or self.price.data)

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check the row, unless nothing was written into it."""
        if self.is_blank:
            return True
        is_right: bool = super().validate(extra_validators)
        for field, message in ((self.code, _l("Write the SKU's code.")), (self.price, PRICE)):
            if not field.data:
                field.errors = [*field.errors, str(message)]
                is_right = False
        return is_right

    def draft(self, currency: str) -> SkuDraft:
        """Return it as the service takes it."""
        media_id = self.media_id.data or ""
        return SkuDraft(
            self.code.data or "",
            self.price.scaled or 0,
            self.currency.data or currency,
            self.label_zh.data or "",
            self.label_en.data or "",
            self.pack_size.data or 1,
            self.pack_unit.data or "",
            self.daily_use.scaled,
            bool(self.is_hidden.data),
            self.trial_of.data or "",
            bool(self.is_retired.data),
            int(media_id) if media_id.isdecimal() and len(media_id) < 19 else None,  # noqa: PLR2004 - fits 64 bits
            tuple(
                part.draft for part in (entry.form for entry in self.listings)
                if part.item_id.data or part.price.data
            ),
        )  # fmt: skip


class ProductForm(Form):
    """A product with its SKUs. Photos stand beside it, as the photo picker sends them."""

    version = HiddenField()
    slug = _slug(64)
    name_zh = _text(_l("Name in Chinese"), 120, needed=_l("Write its name."))
    name_en = _text(_l("Name in English"), 120, needed=_l("Write its name."))
    category = SelectField(_l("Category"), validators=[InputRequired(_l("Choose a category."))])
    brand_line = _text(
        _l("Brand line"), 60, description=_l("Write Chinese | English where the two differ.")
    )
    is_shown = BooleanField(_l("Fans see its page"), default=True)
    description_zh = _long(_l("Description in Chinese"), MAX_DESCRIPTION)
    description_en = _long(_l("Description in English"), MAX_DESCRIPTION)
    risk_zh = _long(_l("What buyers must know, in Chinese"), 400)
    risk_en = _long(_l("What buyers must know, in English"), 400)
    allergens = SelectMultipleField(_l("Allergens"), validators=[Optional()])
    attributes = _long(
        _l("Attributes"),
        4_000,
        description=_l(
            "One a line: name: value. Several values: a; b. Two languages: Chinese | English."
        ),
    )
    goes_with = _text(
        _l("Goes with"), 1_000, description=_l("Addresses of compatible products, with commas")
    )
    skus = FieldList(FormField(SkuPart), max_entries=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = (kwargs.get("data") or {}).get("allergens") or []
        known = {**dict.fromkeys(stored), **ALLERGEN_NAMES}
        self.allergens.choices = [
            SelectChoice(word, str(name or word)) for word, name in known.items()
        ]

    def offer(self, categories: Sequence[CategoryRow], tag: str) -> None:
        """Fill in the categories that can be chosen."""
        self.category.choices = [SelectChoice(row.slug, row.name(tag)) for row in categories]

    def draft(self, photo_ids: Sequence[int], currency: str) -> ProductDraft:
        """Return it as the service takes it."""
        return ProductDraft(
            self.slug.data,
            self.name_zh.data,
            self.name_en.data,
            self.category.data,
            self.brand_line.data or "",
            self.description_zh.data or "",
            self.description_en.data or "",
            self.risk_zh.data or "",
            self.risk_en.data or "",
            tuple(self.allergens.data or ()),
            read_attributes(self.attributes.data or "", self.goes_with.data or ""),
            bool(self.is_shown.data),
            tuple(photo_ids),
            tuple(entry.form.draft(currency) for entry in self.skus if not entry.form.is_blank),
        )

    def problems(self) -> list[str]:
        """Return everything that is wrong, in one line each, for the summary."""
        found = [f"{label}: {text}" for _, label, text in self._flat_errors()]
        return [*map(str, self.form_errors), *found]

    def _flat_errors(self) -> list[tuple[str, str, str]]:
        own = [
            (field.id, str(field.label.text), str(field.errors[0]))
            for field in self
            if field.errors and field.type not in {"CSRFTokenField", "FieldList"}
        ]
        for entry in self.skus:
            part = entry.form
            head = part.code.data or "SKU"
            own += [
                (field.id, f"{head}, {field.label.text}", str(field.errors[0]))
                for field in part
                if field.errors and field.type != "FieldList"
            ]
            own += [
                (field.id, f"{head}, {row.form.channel.data}, {field.label.text}", str(error))
                for row in part.listings
                for field in row.form
                for error in field.errors
            ]
        return own


def as_form_data(draft: ProductDraft, version: int) -> dict[str, Any]:
    """Return a stored product as the form shows it."""
    attributes, goes_with = written_attributes(draft.attributes)
    names = (
        "slug", "name_zh", "name_en", "category", "brand_line", "is_shown", "description_zh",
        "description_en", "risk_zh", "risk_en",
    )  # fmt: skip
    return {
        **{name: getattr(draft, name) for name in names},
        "version": str(version),
        "allergens": list(draft.allergens),
        "attributes": attributes,
        "goes_with": goes_with,
    }


def sku_data(sku: SkuDraft, channels: Sequence[str]) -> dict[str, Any]:
    """Return a stored SKU as its row shows it, with a line for every channel."""
    listed = {each.channel: each for each in sku.listings}
    names = ("code", "label_zh", "label_en", "currency", "pack_size", "pack_unit", "is_hidden",
             "trial_of", "is_retired")  # fmt: skip
    return {
        **{name: getattr(sku, name) for name in names},
        "is_known": "1",
        "price": unscaled(sku.price_minor, 2, least=2),
        "daily_use": unscaled(sku.daily_use_milli, 3),
        "media_id": str(sku.media_id or ""),
        "listings": [
            {
                "channel": code,
                "item_id": listed[code].item_id if code in listed else "",
                "price": unscaled(listed[code].price_minor, 2, least=2) if code in listed else "",
            }
            for code in channels
        ],
    }


class CatalogueFileForm(Form):
    """A spreadsheet of the catalogue."""

    file = FileField(
        _l("CSV or XLSX file"), validators=[FileRequired(_l("Choose the file with the catalogue."))]
    )


# --- categories and sets -------------------------------------------------------------------------

MODES = [
    SelectChoice(CategoryMode.REPLENISHMENT.value, _l("Replenishment: used up and bought again")),
    SelectChoice(CategoryMode.NOVELTY.value, _l("Novelty: people look for what is new")),
]


def _position() -> IntegerField:
    return IntegerField(
        _l("Place in the list"),
        default=0,
        description=_l("Smaller comes first."),
        validators=[Optional(), NumberRange(0, 9_999, message=_l("From 0 to 9,999."))],
    )


class CategoryForm(Form):
    """A category."""

    slug = _slug(40)
    name_zh = _text(_l("Name in Chinese"), 40, needed=_l("Write its name."))
    name_en = _text(_l("Name in English"), 60, needed=_l("Write its name."))
    mode = SelectField(_l("Why people come back"), choices=MODES)
    position = _position()

    def row(self) -> CategoryRow:
        """Return it as the service takes it."""
        return CategoryRow(
            0,
            self.slug.data,
            self.name_zh.data,
            self.name_en.data,
            CategoryMode(self.mode.data),
            self.position.data or 0,
        )


class SetForm(Form):
    """A set that people collect."""

    slug = _slug(40)
    name_zh = _text(_l("Name in Chinese"), 40, needed=_l("Write its name."))
    name_en = _text(_l("Name in English"), 60, needed=_l("Write its name."))
    position = _position()
    codes = TextAreaField(
        _l("SKU codes"),
        filters=[clean_text],
        description=_l("One a line, in the order of the book."),
        validators=[
            DataRequired(_l("Name at least one SKU.")),
            Length(max=20_000, message=TOO_LONG),
        ],
    )

    def draft(self) -> SetDraft:
        """Return it as the service takes it."""
        lines = [line.strip() for line in (self.codes.data or "").replace(",", "\n").splitlines()]
        return SetDraft(
            self.slug.data,
            self.name_zh.data,
            self.name_en.data,
            tuple(dict.fromkeys(line for line in lines if line)),
            self.position.data or 0,
        )
