"""Pages of the brand: the list, the editor, preview, history."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.brand import queries, service
from app.brand.forms import ActForm, PageForm
from app.brand.staff.blueprint import EDIT, bp
from app.brand.types import (
    MAX_CHAPTERS,
    MOST_VALUES,
    BrandError,
    PageKind,
    PageView,
)
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.i18n import locale_tag
from app.kernel.media import queries as media
from app.kernel.media.types import PhotoError
from app.kernel.media.uploads import take_upload
from app.kernel.permissions import Permission
from app.kernel.web import me, permission, toast


@bp.get("")
@permission(Permission.CONSOLE_OPEN)
def pages() -> ResponseReturnValue:
    """Show pages, people and columns at one glance; the team's own card to everybody."""
    may_edit = me().can(EDIT)
    return render_template(
        "brand/staff_pages.html",
        may_edit=may_edit,
        pages=queries.page_lines(),
        people=queries.people(even_hidden=True),
        faceless=queries.faceless() if may_edit else [],
        due=queries.due_columns(),
        columns=queries.column_list(None, even_ended=True),
        locale=locale_tag(),
        form=ActForm(formdata=None),
    )


@bp.route("/pages/new", methods=["GET", "POST"])
@permission(EDIT)
def new_page() -> ResponseReturnValue:
    """Write a new page: ``?kind=manifesto``."""
    form = PageForm()
    if request.method == "GET":
        kinds = {kind.value for kind in PageKind}
        asked = request.args.get("kind", "")
        form.kind.data = asked if asked in kinds else PageKind.PAGE.value
        _make_room(form)
    return _editor(form, None)


@bp.route("/pages/<slug>", methods=["GET", "POST"])
@permission(EDIT)
def edit_page(slug: str) -> ResponseReturnValue:
    """Go on with a page: its newest version, published or not.

    Raises:
        NotFoundError: there is no such page.
    """
    page = _newest(slug)
    form = PageForm() if request.method == "POST" else PageForm(data=_as_data(page))
    form.slug.data, form.kind.data = page.slug, page.kind.value
    if request.method == "GET":
        _make_room(form)
    return _editor(form, page)


def _newest(slug: str) -> PageView:
    page = queries.find_page(slug, draft=True)
    if page is None:
        raise NotFoundError
    return page


def _as_data(page: PageView) -> dict[str, Any]:
    names = ("title_zh", "title_en", "lead_zh", "lead_en")
    chapter = ("title_zh", "title_en", "body_zh", "body_en", "icon")
    return {
        **{name: getattr(page, name) for name in names},
        "chapters": [
            {
                **{name: getattr(each, name) for name in chapter},
                "position": n,
                "media_id": str(each.media_id or ""),
            }
            for n, each in enumerate(page.chapters, 1)
        ],
    }


def _make_room(form: PageForm) -> None:
    """Leave room for one more chapter, or for all value cards."""
    is_values = form.kind.data == PageKind.VALUES.value
    wanted = MOST_VALUES if is_values else min(MAX_CHAPTERS, len(form.chapters) + 1)
    while len(form.chapters) < wanted:
        form.chapters.append_entry({"position": len(form.chapters) + 1})


def _editor(form: PageForm, page: PageView | None) -> ResponseReturnValue:
    status, wrong = 200, list[str]()
    if form.is_submitted():
        wrong = _take_photos(form)
        if request.form.get("act") == "more":
            _make_room(form)
        elif form.validate() and not wrong and _save(form, page):
            toast(_("Saved as a draft. Look at it, then publish it"))
            return redirect(url_for("brand_staff.preview", slug=form.slug.data), 303)
        else:
            status = 422
        form.form_errors.extend(wrong)
    return (
        render_template(
            "brand/staff_page.html",
            form=form,
            page=page,
            photos=_photos(form, page),
            is_values=form.kind.data == PageKind.VALUES.value,
            has_room=len(form.chapters) < MAX_CHAPTERS,
        ),
        status,
    )


def _take_photos(form: PageForm) -> list[str]:
    """Take in the files that came, one for each chapter; return what is wrong with them."""
    wrong = []
    for n, part in enumerate(form.chapters):
        file = request.files.get(f"photo-{n}")
        if file is None or not file.filename:
            continue
        try:
            part.form.media_id.data = str(take_upload(me(), file).id)
        except PhotoError as error:
            wrong.append(f"{file.filename[:40]}: {error.message}")
    return wrong


def _save(form: PageForm, page: PageView | None) -> bool:
    try:
        if page is None:
            service.create_page(me().id, form.slug.data or "", form.page_kind, form.draft())
        else:
            service.save_page(me().id, page.slug, form.draft())
    except BrandError as error:
        form[error.field].errors = [str(error.message)]
        return False
    except DomainError as error:
        form.form_errors.append(str(error.message))
        return False
    return True


def _photos(form: PageForm, page: PageView | None) -> dict[str, Any]:
    """Return the photos that the form shows: those of the page, and the editor's own new ones."""
    known = {str(each.media_id): each.photo for each in page.chapters} if page else {}
    wanted = {part.form.photo_id for part in form.chapters} - {None}
    missing = [each for each in wanted if each is not None and str(each) not in known]
    found = media.find_photos(missing, owner_id=me().id)
    return {**known, **{str(media_id): photo for media_id, photo in found.items()}}


# --- looking and publishing ----------------------------------------------------------------------


@bp.get("/pages/<slug>/preview")
@permission(EDIT)
def preview(slug: str) -> ResponseReturnValue:
    """Show a version as members will read it: ``?version=3``; by default the newest."""
    text = request.args.get("version", "")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else None  # noqa: PLR2004 - fits 32 bits
    page = queries.find_page(slug, number=number, draft=number is None)
    if page is None:
        raise NotFoundError
    newest = page if number is None else _newest(slug)
    return render_template(
        "brand/staff_preview.html",
        page=page,
        is_newest=page.number == newest.number,
        locale=locale_tag(),
        form=ActForm(formdata=None),
    )


@bp.get("/pages/<slug>/history")
@permission(EDIT)
def history(slug: str) -> ResponseReturnValue:
    """Show who wrote which version, and when."""
    page = _newest(slug)
    return render_template(
        "brand/staff_history.html",
        page=page,
        versions=queries.history(page.id),
        locale=locale_tag(),
        form=ActForm(formdata=None),
    )


@bp.post("/pages/<slug>/publish")
@permission(EDIT)
def publish(slug: str) -> ResponseReturnValue:
    """Let members read the newest version."""
    if service.publish_page(me().id, slug):
        toast(_("Published. Everybody can read it"))
    return redirect(url_for("brand_staff.pages"), 303)


@bp.post("/pages/<slug>/withdraw")
@permission(EDIT)
def withdraw(slug: str) -> ResponseReturnValue:
    """Take a page from the members' eyes; publishing brings it back."""
    if service.withdraw_page(me().id, slug):
        toast(_("Nobody reads it now. Publish it to bring it back"), "info")
    return redirect(url_for("brand_staff.pages"), 303)


@bp.post("/pages/<slug>/move")
@permission(EDIT)
def move(slug: str) -> ResponseReturnValue:
    """Move a page up or down in the order of links."""
    service.move_page(me().id, slug, up=request.form.get("to") == "up")
    return redirect(url_for("brand_staff.pages"), 303)


@bp.post("/pages/<slug>/versions/<int:number>/restore")
@permission(EDIT)
def restore(slug: str, number: int) -> ResponseReturnValue:
    """Write a former version anew, as a draft."""
    service.restore_version(me().id, slug, number)
    toast(_("It is the newest draft now. Publish it when it is right"))
    return redirect(url_for("brand_staff.preview", slug=slug), 303)
