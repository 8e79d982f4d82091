"""Bookmarks and their folders."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.community import present, queries
from app.community.forms.reading import FolderForm
from app.community.queries import saved
from app.community.routes.blueprint import bp
from app.community.service import bookmarks as service
from app.community.types.reading import FolderError
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.web import is_fragment, me, member_required, no_store, toast

MAX_DIGITS = 18


@bp.get("/me/bookmarks")
@member_required
@no_store
def bookmarks() -> ResponseReturnValue:
    """Show what one keeps: ``?folder=<id>`` of one folder."""
    return _page(FolderForm())


def _page(form: FolderForm, status: int = 200) -> ResponseReturnValue:
    chosen, after = _number(request.args.get("folder")), request.args.get("after")
    page = queries.kept(me().id, folder_id=chosen, after=after)
    next_url = url_for("community.bookmarks", folder=chosen, after=page.next_key)
    shown = {
        "cards": present.cards(page.items, me().id),
        "next_url": next_url if page.next_key else None,
    }
    if is_fragment():
        return render_template("community/_feed.html", **shown)
    folders = saved.folders(me().id)
    folder = next((each for each in folders if each.id == chosen), None)
    if chosen is not None and folder is None:
        raise NotFoundError
    body = render_template(
        "community/bookmarks.html", form=form, folders=folders, folder=folder,
        is_first=not after, **shown,
    )  # fmt: skip
    return body, status


def _number(text: str | None) -> int | None:
    is_number = bool(text) and (text or "").isascii() and (text or "").isdecimal()
    return int(text or "") if is_number and len(text or "") <= MAX_DIGITS else None


@bp.post("/p/<code>/keep")
@member_required
def keep(code: str) -> ResponseReturnValue:
    """Keep a thread, or put it into another folder."""
    folder_id = _number(request.form.get("folder"))
    service.keep(me().id, code, folder_id)
    toast(_("Kept. You find it under your bookmarks"))
    return redirect(url_for("community.thread", code=code), 303)


@bp.post("/p/<code>/let-go")
@member_required
def let_go(code: str) -> ResponseReturnValue:
    """Keep a thread no longer."""
    service.let_go(me().id, code)
    toast(_("Taken out of your bookmarks"), "info")
    return redirect(url_for("community.thread", code=code), 303)


@bp.post("/me/bookmarks/folders")
@member_required
@no_store
def make_folder() -> ResponseReturnValue:
    """Make a folder."""
    form = FolderForm()
    if form.validate():
        try:
            folder_id = service.make_folder(me().id, form.name.data or "")
        except FolderError as error:
            form.name.errors = [str(error.message)]
        else:
            return redirect(url_for("community.bookmarks", folder=folder_id), 303)
    return _page(form, 422)


@bp.post("/me/bookmarks/folders/<int:folder_id>/drop")
@member_required
def drop_folder(folder_id: int) -> ResponseReturnValue:
    """Take a folder away; what it held stays."""
    service.drop_folder(me().id, folder_id)
    toast(_("The folder is gone, its posts are still among your bookmarks"), "info")
    return redirect(url_for("community.bookmarks"), 303)
