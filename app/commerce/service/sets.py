"""Sets that people collect."""

from collections.abc import Sequence

import sqlalchemy as sa

from app.commerce.models import CollectionItem, CollectionSet, CollectionShowing, Sku
from app.commerce.types.catalogue import CatalogueError, NoSuchProductError, SetDraft
from app.kernel import audit, clock, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Ref


@use_case
def save_set(draft: SetDraft, *, is_new: bool, actor_id: int | None) -> None:
    """Make a set, or change one; its address stays for good.

    Raises:
        CatalogueError: a new one's address is taken, or there is no such SKU.
        NoSuchProductError: there is none of this address to change.
    """
    set_id = db.session.scalar(sa.select(CollectionSet.id).where(CollectionSet.slug == draft.slug))
    values = {"name_zh": draft.name_zh, "name_en": draft.name_en, "position": draft.position}
    if is_new:
        if set_id is not None:
            raise CatalogueError(
                _l("Another set has this address. Choose a different one."), field="slug"
            )
        set_id = ids.next_id()
        made = {"id": set_id, "slug": draft.slug, "created_at": clock.now(), **values}
        db.session.execute(sa.insert(CollectionSet), [made])
    elif set_id is None:
        raise NoSuchProductError
    else:
        changed(sa.update(CollectionSet).where(CollectionSet.id == set_id).values(**values))
    _store_items(set_id, draft.codes)
    if actor_id is not None:
        skus = len(draft.codes)
        audit.note(actor_id, "set.saved", Ref("set", set_id), is_new=is_new, skus=skus)


def _store_items(set_id: int, codes: Sequence[str]) -> None:
    known = dict(db.session.execute(sa.select(Sku.code, Sku.id).where(Sku.code.in_(codes))).all())
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise CatalogueError(
            _l("There is no SKU %(code)s.", code=unknown[0]), field="codes", sku=unknown[0]
        )
    changed(sa.delete(CollectionItem).where(CollectionItem.set_id == set_id))
    rows = [
        {"set_id": set_id, "sku_id": known[code], "position": place}
        for place, code in enumerate(dict.fromkeys(codes))
    ]
    if rows:
        db.session.execute(sa.insert(CollectionItem), rows)


@use_case
def remove_set(slug: str, *, actor_id: int) -> None:
    """Remove a set; the SKUs and who owns them stay.

    Raises:
        NoSuchProductError: there is none of this address.
    """
    set_id = db.session.scalar(sa.select(CollectionSet.id).where(CollectionSet.slug == slug))
    if set_id is None:
        raise NoSuchProductError
    changed(sa.delete(CollectionItem).where(CollectionItem.set_id == set_id))
    changed(sa.delete(CollectionSet).where(CollectionSet.id == set_id))
    audit.note(actor_id, "set.removed", Ref("set", set_id))


@use_case
def show_collection(member_id: int, *, is_shown: bool) -> None:
    """Put a member's collection book on his profile, or take it off. Twice is once."""
    if not is_shown:
        changed(sa.delete(CollectionShowing).where(CollectionShowing.member_id == member_id))
        return
    row = {"member_id": member_id, "shown_at": clock.now()}
    db.session.execute(insert(CollectionShowing).on_conflict_do_nothing(), [row])
