"""One item's form: filled from what is stored, read, saved, or shown again with errors."""

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.kernel import clock, i18n, web
from app.kernel.errors import DomainError
from app.kernel.i18n import gettext as _
from app.kernel.media import queries as media
from app.kernel.media.types import PhotoError
from app.kernel.media.uploads import take_upload
from app.kernel.permissions import Permission
from app.kernel.types import Photo
from app.rewards import service, shown
from app.rewards.forms.staff import ItemForm, item_data
from app.rewards.queries import item as item_queries
from app.rewards.queries import staff as queries
from app.rewards.queries.staff import ItemState
from app.rewards.staff.blueprint import bp
from app.rewards.types import CatalogueError, ItemChangedError, NoSuchItemError

MAX_PHOTOS = 9


@bp.route("/items/new", methods=["GET", "POST"])
@web.permission(Permission.MALL_EDIT)
def new_item() -> ResponseReturnValue:
    """Put a new item on the shelf."""
    return _answer(None)


@bp.route("/items/<slug>", methods=["GET", "POST"])
@web.permission(Permission.MALL_EDIT)
def edit_item(slug: str) -> ResponseReturnValue:
    """Change an item.

    Raises:
        NoSuchItemError: there is none of this address.
    """
    return _answer(queries.item_state(slug))


@bp.post("/items/preview")
@web.permission(Permission.MALL_EDIT)
def preview() -> ResponseReturnValue:
    """Show what is typed as fans will see it; nothing is saved, new picture files are not read."""
    form = ItemForm()
    item = None
    if form.version.data and form.slug.data:
        try:
            item = queries.item_state(form.slug.data)
        except NoSuchItemError:
            item = None
    _offer(form, item)
    ids = [int(each) for each in request.form.getlist("photo_ids") if _is_id(each)][:MAX_PHOTOS]
    if not form.validate():
        return _page(item, form, ids, []), 422
    draft = form.draft(ids, current_app.config["POTLUCK"].currency)
    names = {row.slug: row.name(i18n.locale_tag()) for row in queries.categories()}
    photos = _photos(item, ids)
    found = item_queries.preview(draft, names.get(draft.category, ""), photos)
    return render_template(
        "rewards/item.html",
        item=found,
        door=shown.door(found, clock.now(), is_guest=False),
        ways=[],
        fans=Markup(),
        may_edit=True,
        preview=True,
        shown=shown,
    )


def _is_id(text: str) -> bool:
    return text.isdecimal() and len(text) < 19  # noqa: PLR2004 - fits 64 bits


def _photos(item: ItemState | None, photo_ids: list[int]) -> list[Photo]:
    """Return the pictures of these ids: the item's own, and those just uploaded by who edits."""
    known = {photo.id: photo for photo in item.photos} if item else {}
    missing = [each for each in photo_ids if each not in known]
    if missing:
        known |= media.find_photos(missing, owner_id=web.me().id)
    return [known[each] for each in photo_ids if each in known]


def _answer(item: ItemState | None) -> ResponseReturnValue:
    if request.method == "GET":
        form = _filled(item)
        _offer(form, item)
        photo_ids = list(item.draft.photo_ids) if item else []
        return _page(item, form, photo_ids, [])
    form = ItemForm()
    if item is not None:
        form.slug.data = item.draft.slug
    _offer(form, item)
    photo_ids, photo_errors = _pictures()
    if form.validate() and not photo_errors and _save(form, photo_ids, item):
        web.toast(_("Saved"))
        return redirect(url_for(".edit_item", slug=form.slug.data), 303)
    return _page(item, form, photo_ids, photo_errors), 422


def _filled(item: ItemState | None) -> ItemForm:
    if item is None:
        form = ItemForm(formdata=None)
    else:
        form = ItemForm(formdata=None, data=item_data(item.draft, item.version))
        for each in item.draft.variants:
            values = {
                name: getattr(each, name)
                for name in ("code", "label_zh", "label_en", "low_at", "is_endless", "is_retired")
            }
            form.variants.append_entry({**values, "is_known": "1"})
    form.variants.append_entry({})
    return form


def _offer(form: ItemForm, item: ItemState | None) -> None:
    form.offer(queries.SHELVES, item.draft if item else None)
    if item is not None:
        form.slug.data = item.draft.slug


def _pictures() -> tuple[list[int], list[str]]:
    """Take in photos: the picker's ids, and plain files."""
    given = request.form.getlist("photo_ids")[: MAX_PHOTOS * 2]
    ids = [int(text) for text in given if _is_id(text)]
    errors: list[str] = []
    for file in request.files.getlist("photos"):
        if not file.filename or len(ids) >= MAX_PHOTOS:
            continue
        try:
            ids.append(take_upload(web.me(), file).id)
        except PhotoError as error:
            errors.append(str(error.message))
    return ids[:MAX_PHOTOS], errors


def _save(form: ItemForm, photo_ids: list[int], item: ItemState | None) -> bool:
    version = form.version.data or ""
    currency = current_app.config["POTLUCK"].currency
    try:
        service.save_item(
            form.draft(photo_ids, currency),
            actor_id=web.me().id,
            version=int(version) if item and version.isdecimal() and len(version) < 9 else 0,  # noqa: PLR2004 - a version
        )
    except ItemChangedError as error:
        form.version.data = str(item.version if item else 0)
        form.form_errors.append(
            _("%(what)s What you typed stands below; saving now replaces it.", what=error.message)
        )
        return False
    except CatalogueError as error:
        field = form[error.field] if error.field in form and error.field != "variants" else None
        if field is None:
            form.form_errors.append(str(error.message))
        else:
            field.errors = [*field.errors, str(error.message)]
        return False
    except DomainError as error:
        form.form_errors.append(str(error.message))
        return False
    return True


def _page(
    item: ItemState | None, form: ItemForm, photo_ids: list[int], photo_errors: list[str]
) -> str:
    return render_template(
        "rewards/staff_item.html",
        item=item,
        form=form,
        problems=form.problems(),
        photos=_photos(item, photo_ids),
        currency=current_app.config["POTLUCK"].currency,
        words={"one": shown.unit(1), "many": shown.unit(2)},
        photo_errors=photo_errors,
        max_photos=MAX_PHOTOS,
        done=request.args.get("done", ""),
        shown=shown,
    )
