"""The catalogue as a file: what an import would do, doing it, and writing it all out."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from app.commerce.queries import catalogue, channel_settings
from app.commerce.service.storing import differences, store
from app.commerce.sheets import RowError, Sheet, columns_for, rows_of
from app.commerce.sheets.rows import product_from, sku_from
from app.commerce.sheets.writing import Cell
from app.commerce.types.catalogue import (
    RESERVED_SLUGS,
    CatalogueChangedError,
    ChannelSettings,
    ProductDraft,
    ProductState,
    SkuDraft,
    is_below_floor,
    is_slug,
)
from app.kernel import audit
from app.kernel.db import use_case
from app.kernel.i18n import lazy_gettext as _l


class RowKind(StrEnum):
    """What a row would do."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row of the file and what it would do.

    Attributes:
        changes: names of what differs, for a changed row.
        reason: why it is bad, with the ``column``.
    """

    line: int
    product: str
    sku: str
    kind: RowKind
    changes: tuple[str, ...] = ()
    column: str = ""
    reason: object = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do now.

    Attributes:
        drafts: products that would be written.
        versions: which version of them it was compared with; new ones have none.
        mark: tells this plan from any other: of the same file once the catalogue has changed, too.
    """

    rows: Sequence[PlannedRow]
    drafts: Sequence[ProductDraft]
    versions: Mapping[str, int]
    mark: str

    def count(self, kind: RowKind) -> int:
        """Return how many rows do this."""
        return sum(row.kind is kind for row in self.rows)

    @property
    def does_something(self) -> bool:
        """Return whether a row is new or changed."""
        return any(row.kind in {RowKind.NEW, RowKind.CHANGED} for row in self.rows)


def plan_import(sheet: Sheet, *, currency: str) -> Plan:
    """Compare a file with the catalogue; nothing is written.

    A bad row stays out, the other rows of its product come in. Rows that say different things of
    one product are all bad.

    Args:
        sheet: the file.
        currency: of new SKUs that name none.
    """
    return _Planner(sheet, currency).plan()


class _Planner:
    def __init__(self, sheet: Sheet, currency: str) -> None:
        self.currency = currency
        self.channels = {each.code: each for each in channel_settings.channel_settings()}
        self.groups: dict[str, list[tuple[int, dict[str, str]]]] = defaultdict(list)
        for line, cells in sheet.rows:
            slug = cells["product"].lower()
            self.groups[slug].append((line, {**cells, "product": slug}))
        codes = [cells.get("sku", "") for _, cells in sheet.rows]
        self.codes = {code for code in codes if code}
        self.states = catalogue.product_states(list(self.groups))
        self.owners = catalogue.owners_of(self._named(sheet))
        self.categories = {row.slug for row in catalogue.categories()}
        self.taken: set[str] = set()
        self.rows: list[PlannedRow] = []

    def _named(self, sheet: Sheet) -> set[str]:
        trials = {cells.get("trial_of", "") for _, cells in sheet.rows}
        return {code for code in self.codes | trials if code}

    def plan(self) -> Plan:
        drafts = [
            draft for slug, group in self.groups.items() if (draft := self._draft(slug, group))
        ]
        self.rows.sort(key=lambda row: row.line)
        versions = {slug: state.version for slug, state in self.states.items()}
        told = repr((drafts, sorted(versions.items()), [(r.line, r.kind) for r in self.rows]))
        mark = hashlib.sha256(told.encode()).hexdigest()[:32]
        written = [each for each in drafts if differences(each, self.states.get(each.slug))]
        own = {draft.slug for draft in written}
        known = {slug: version for slug, version in versions.items() if slug in own}
        return Plan(self.rows, written, known, mark)

    def _draft(self, slug: str, group: Sequence[tuple[int, dict[str, str]]]) -> ProductDraft | None:
        state = self.states.get(slug)
        heads: dict[int, ProductDraft] = {}
        skus: dict[int, SkuDraft | None] = {}
        for line, cells in group:
            try:
                heads[line] = self._head(cells, state)
                skus[line] = self._sku(cells, state) if cells.get("sku") else None
            except RowError as error:
                self._bad(line, cells, error)
        good = [(line, cells) for line, cells in group if line in skus]
        if len({repr(heads[line]) for line, _ in good}) > 1:
            torn = RowError("product", _l("Rows of this product say different things about it."))
            for line, cells in good:
                self._bad(line, cells, torn)
            return None
        if not good:
            return None
        told = [sku for line, _ in good if (sku := skus[line])]
        draft = replace(heads[good[0][0]], skus=tuple(told))
        self._tell(draft, state, good)
        return draft

    def _bad(self, line: int, cells: Mapping[str, str], error: RowError) -> None:
        self.rows.append(
            PlannedRow(
                line, cells["product"], cells.get("sku", ""), RowKind.BAD,
                column=error.column, reason=error.reason,
            )
        )  # fmt: skip

    def _head(self, cells: Mapping[str, str], state: ProductState | None) -> ProductDraft:
        if not is_slug(cells["product"]):
            raise RowError("product", _l("Small letters, figures and hyphens only."))
        if cells["product"] in RESERVED_SLUGS:
            raise RowError(
                "product", _l("The shop needs this address itself. Choose a different one.")
            )
        draft = product_from(cells, state.draft if state else None)
        if draft.category not in self.categories:
            raise RowError("category", _l("There is no such category."))
        return draft

    def _sku(self, cells: Mapping[str, str], state: ProductState | None) -> SkuDraft:
        code = cells["sku"]
        if code in self.taken:
            raise RowError("sku", _l("This SKU code stands here twice."))
        if self.owners.get(code, cells["product"]) != cells["product"]:
            raise RowError("sku", _l("Another product has a SKU of this code."))
        known = {sku.code: sku for sku in state.draft.skus} if state else {}
        sku = sku_from(cells, known.get(code), self.currency, list(self.channels))
        if sku.trial_of and (sku.trial_of == code or not self._exists(sku.trial_of)):
            raise RowError(
                "trial_of", _l("There is no other SKU of this code to be a trial pack of.")
            )
        self._check_floors(sku)
        self.taken.add(code)
        return sku

    def _exists(self, code: str) -> bool:
        return code in self.owners or code in self.codes

    def _check_floors(self, sku: SkuDraft) -> None:
        for each in sku.listings:
            channel: ChannelSettings = self.channels[each.channel]
            if each.price_minor is not None and is_below_floor(
                each.price_minor, sku.price_minor, channel.price_floor_permille
            ):
                raise RowError(
                    f"price@{each.channel}", _l("This is below what the channel may ask.")
                )

    def _tell(
        self,
        draft: ProductDraft,
        state: ProductState | None,
        good: Sequence[tuple[int, Mapping[str, str]]],
    ) -> None:
        changes = differences(draft, state)
        own = tuple(sorted(name for name in changes if not name.startswith("sku:")))
        for line, cells in good:
            code = cells.get("sku", "")
            is_new = state is None or (bool(code) and code not in state.sku_ids)
            differs = bool(own) or f"sku:{code}" in changes
            kind = RowKind.NEW if is_new else RowKind.CHANGED if differs else RowKind.SAME
            told = () if is_new else self._names(draft, state, code, own)
            self.rows.append(PlannedRow(line, draft.slug, code, kind, told))

    def _names(
        self, draft: ProductDraft, state: ProductState | None, code: str, own: tuple[str, ...]
    ) -> tuple[str, ...]:
        old = {sku.code: sku for sku in state.draft.skus}.get(code) if state else None
        new = {sku.code: sku for sku in draft.skus}.get(code)
        if old is None or new is None:
            return own
        names = [name for name in SKU_NAMES if getattr(old, name) != getattr(new, name)]
        return (*own, *names)


SKU_NAMES = (
    "label_zh", "label_en", "pack_size", "pack_unit", "daily_use_milli", "price_minor",
    "currency", "is_hidden", "trial_of", "is_retired", "listings",
)  # fmt: skip


@use_case
def import_catalogue(sheet: Sheet, *, currency: str, mark: str, actor_id: int) -> Plan:
    """Do what a dry run has shown; return what was done.

    Args:
        sheet: the file.
        currency: of new SKUs that name none.
        mark: of the plan that was agreed to.
        actor_id: who.

    Raises:
        CatalogueChangedError: the catalogue has changed, so it would do something else now.
    """
    plan = plan_import(sheet, currency=currency)
    if plan.mark != mark:
        raise CatalogueChangedError
    store(plan.drafts, versions=plan.versions)
    audit.note(
        actor_id,
        "catalogue.imported",
        new=plan.count(RowKind.NEW),
        changed=plan.count(RowKind.CHANGED),
        bad=plan.count(RowKind.BAD),
    )
    return plan


def export_rows() -> tuple[tuple[str, ...], Iterator[dict[str, Cell]]]:
    """Return the columns of the whole catalogue, and its rows, read a part at a time."""
    columns = columns_for(sorted(each.code for each in channel_settings.channel_settings()))
    return columns, (row for state in catalogue.all_products() for row in rows_of(state.draft))
