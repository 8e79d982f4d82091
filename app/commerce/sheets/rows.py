"""From products to rows and back: what each column says, and what is wrong with a cell."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from app.commerce.sheets.writing import Cell
from app.commerce.types.catalogue import (
    MAX_DAILY_USE_MILLI,
    MAX_DESCRIPTION,
    MAX_PRICE_MINOR,
    ListingDraft,
    ProductDraft,
    SkuDraft,
    read_attributes,
    scaled,
    unscaled,
    written_attributes,
)
from app.commerce.types.goods import Allergen, PackUnit
from app.kernel.i18n import lazy_gettext as _l

BASE_COLUMNS = (
    "sku", "product", "name_zh", "name_en", "category", "brand_line", "shown",
    "description_zh", "description_en", "risk_zh", "risk_en", "allergens", "attributes",
    "goes_with", "label_zh", "label_en", "pack_size", "pack_unit", "daily_use", "price",
    "currency", "hidden", "trial_of", "retired",
)  # fmt: skip
ITEM, PRICE = "item@", "price@"
YES, NO = "yes", "no"
BOOLEANS = {"yes": True, "1": True, "true": True, "是": True,
            "no": False, "0": False, "false": False, "否": False, "": False}  # fmt: skip
LENGTHS = {
    "name_zh": 120, "name_en": 120, "brand_line": 60, "risk_zh": 400, "risk_en": 400,
    "description_zh": MAX_DESCRIPTION, "description_en": MAX_DESCRIPTION,
    "label_zh": 60, "label_en": 60, "attributes": 4_000, "goes_with": 1_000,
    "sku": 64, "trial_of": 64,
}  # fmt: skip
PRODUCT_TEXTS = (
    "name_zh", "name_en", "category", "brand_line", "description_zh", "description_en",
    "risk_zh", "risk_en",
)  # fmt: skip


class RowError(ValueError):
    """A cell can't be.

    Attributes:
        column: which.
        reason: what is wrong with it, lazily translated.
    """

    def __init__(self, column: str, reason: object) -> None:
        self.column, self.reason = column, reason
        super().__init__(f"{column}: {reason}")


def columns_for(channels: Iterable[str]) -> tuple[str, ...]:
    """Return all columns of a catalogue that is listed in these channels."""
    listed = (f"{kind}{code}" for code in channels for kind in (ITEM, PRICE))
    return (*BASE_COLUMNS, *listed)


# --- there ---------------------------------------------------------------------------------------


def rows_of(draft: ProductDraft) -> list[dict[str, Cell]]:
    """Return a product's rows: one for each SKU, or one without a SKU."""
    attributes, goes_with = written_attributes(draft.attributes)
    shared: dict[str, Cell] = {
        "product": draft.slug,
        **{name: getattr(draft, name) for name in PRODUCT_TEXTS},
        "shown": YES if draft.is_shown else NO,
        "allergens": ", ".join(draft.allergens),
        "attributes": attributes,
        "goes_with": goes_with,
    }
    return [{**shared, **_sku_cells(sku)} for sku in draft.skus] or [shared]


def _sku_cells(sku: SkuDraft) -> dict[str, Cell]:
    cells: dict[str, Cell] = {
        "sku": sku.code,
        "label_zh": sku.label_zh,
        "label_en": sku.label_en,
        "pack_size": sku.pack_size,
        "pack_unit": sku.pack_unit,
        "price": _figure(sku.price_minor, 2),
        "currency": sku.currency,
        "hidden": YES if sku.is_hidden else NO,
        "trial_of": sku.trial_of,
        "retired": YES if sku.is_retired else NO,
    }
    if sku.daily_use_milli is not None:
        cells["daily_use"] = _figure(sku.daily_use_milli, 3)
    for each in sku.listings:
        cells[f"{ITEM}{each.channel}"] = each.item_id
        if each.price_minor is not None:
            cells[f"{PRICE}{each.channel}"] = _figure(each.price_minor, 2)
    return cells


def _figure(value: int, places: int) -> Decimal:
    return Decimal(unscaled(value, places, least=2 if places == 2 else 0))  # noqa: PLR2004 - money


# --- and back ------------------------------------------------------------------------------------


def product_from(cells: Mapping[str, str], known: ProductDraft | None) -> ProductDraft:
    """Return the product that a row tells of, without SKUs; columns that are missing stay.

    Raises:
        RowError: a cell can't be.
    """
    _check_lengths(cells)
    base = known or ProductDraft(cells["product"], "", "", "")
    told: dict[str, Any] = {name: cells[name] for name in PRODUCT_TEXTS if name in cells}
    draft = replace(base, **told, photo_ids=None, skus=())
    if "shown" in cells:
        draft = replace(draft, is_shown=_boolean(cells, "shown", empty=True))
    if "allergens" in cells:
        draft = replace(draft, allergens=_allergens(cells["allergens"], base.allergens))
    if "attributes" in cells or "goes_with" in cells:
        lines, slugs = written_attributes(base.attributes)
        attributes = read_attributes(cells.get("attributes", lines), cells.get("goes_with", slugs))
        draft = replace(draft, attributes=attributes)
    for name in ("name_zh", "name_en", "category"):
        if not getattr(draft, name):
            raise RowError(name, _l("This can't be empty."))
    return draft


def _check_lengths(cells: Mapping[str, str]) -> None:
    for name, most in LENGTHS.items():
        if len(cells.get(name, "")) > most:
            raise RowError(name, _l("This is longer than %(most)s characters.", most=most))
    for name in ("sku", "name_zh", "name_en", "brand_line", "label_zh", "label_en"):
        if "\n" in cells.get(name, ""):
            raise RowError(name, _l("This goes over several lines."))


def _allergens(text: str, known: Sequence[str]) -> tuple[str, ...]:
    words = [word.strip().lower() for word in text.replace("，", ",").split(",") if word.strip()]
    allowed = {*(each.value for each in Allergen), *known}
    if unknown := next((word for word in words if word not in allowed), None):
        raise RowError("allergens", _l("There is no allergen “%(word)s” here.", word=unknown))
    return tuple(dict.fromkeys(words))


def sku_from(
    cells: Mapping[str, str], known: SkuDraft | None, currency: str, channels: Sequence[str]
) -> SkuDraft:
    """Return the SKU that a row tells of; columns that are missing stay as they are.

    Raises:
        RowError: a cell can't be.
    """
    base = known or SkuDraft(cells["sku"], 0, currency)
    readers: dict[str, tuple[str, Callable[[], Any]]] = {
        "label_zh": ("label_zh", lambda: cells["label_zh"]),
        "label_en": ("label_en", lambda: cells["label_en"]),
        "pack_size": ("pack_size", lambda: _count(cells, "pack_size")),
        "pack_unit": ("pack_unit", lambda: _unit(cells["pack_unit"], base.pack_unit)),
        "daily_use": ("daily_use_milli", lambda: _optional(cells, "daily_use", 3)),
        "price": ("price_minor", lambda: _price(cells)),
        "currency": ("currency", lambda: _currency(cells["currency"], base.currency)),
        "hidden": ("is_hidden", lambda: _boolean(cells, "hidden")),
        "trial_of": ("trial_of", lambda: cells["trial_of"]),
        "retired": ("is_retired", lambda: _boolean(cells, "retired")),
    }
    told = {name: read() for column, (name, read) in readers.items() if column in cells}
    if known is None and "price" not in cells:
        raise RowError("price", _l("A new SKU needs a price."))
    listings = _listings(cells, base.listings, channels)
    return replace(base, **told, listings=listings)


def _listings(
    cells: Mapping[str, str], known: Sequence[ListingDraft], channels: Sequence[str]
) -> tuple[ListingDraft, ...]:
    found = {each.channel: each for each in known}
    for column, cell in cells.items():
        kind, at, code = column.partition("@")
        if not at or f"{kind}@" not in {ITEM, PRICE}:
            continue
        if code not in channels:
            if cell:
                raise RowError(column, _l("There is no such channel."))
            continue
        old = found.get(code, ListingDraft(code, ""))
        if f"{kind}@" == ITEM:
            if len(cell) > 128:  # noqa: PLR2004 - the column's length
                raise RowError(column, _l("This is longer than %(most)s characters.", most=128))
            found[code] = replace(old, item_id=cell)
        else:
            found[code] = replace(old, price_minor=_optional(cells, column, 2))
    told = (each for each in found.values() if each.item_id or each.price_minor is not None)
    return tuple(sorted(told, key=lambda each: each.channel))


def _boolean(cells: Mapping[str, str], column: str, *, empty: bool = False) -> bool:
    text = cells[column].lower()
    if not text:
        return empty
    if text not in BOOLEANS:
        raise RowError(column, _l("Write yes or no."))
    return BOOLEANS[text]


def _count(cells: Mapping[str, str], column: str) -> int:
    value = scaled(cells[column] or "1", 0)
    if value is None or not 1 <= value <= 1_000_000:  # noqa: PLR2004 - as the form takes it
        raise RowError(column, _l("A whole number from 1."))
    return value


def _unit(text: str, known: str) -> str:
    if text.lower() not in {*(each.value for each in PackUnit), known}:
        raise RowError(
            "pack_unit",
            _l("One of: %(units)s.", units=", ".join(each.value for each in PackUnit if each)),
        )
    return text.lower() if text != known else known


def _optional(cells: Mapping[str, str], column: str, places: int) -> int | None:
    if not cells[column]:
        return None
    value = scaled(cells[column], places)
    most = MAX_PRICE_MINOR if places == 2 else MAX_DAILY_USE_MILLI  # noqa: PLR2004 - money
    if value is None or value > most:
        raise RowError(column, _l("Write a number, such as 12.50."))
    return value


def _price(cells: Mapping[str, str]) -> int:
    value = _optional(cells, "price", 2)
    if value is None:
        raise RowError("price", _l("This can't be empty."))
    return value


def _currency(text: str, known: str) -> str:
    if text and not (len(text) == 3 and text.isascii() and text.isalpha()):  # noqa: PLR2004 - ISO 4217
        raise RowError("currency", _l("Write its ISO code, such as CNY."))
    return text.upper() or known
