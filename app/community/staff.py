"""Staff pages: content with hide and restore, boards."""

from enum import StrEnum
from typing import TypeVar

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.community import present, queries, service
from app.community.forms import BoardForm, HideForm
from app.community.queries import ContentLine, Kind, Show
from app.community.types import BOARD_ICONS, SeedBoard
from app.kernel.errors import InvalidError, NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission
from app.kernel.web import me, permission, toast
from app.moderation.types import HideReason

E = TypeVar("E", bound=StrEnum)

bp = Blueprint("community_staff", __name__, url_prefix="/staff")


@bp.get("/content")
@permission(Permission.CONTENT_SEE)
def content() -> ResponseReturnValue:
    """List threads or replies, the newest first: ``?kind=replies&show=hidden``."""
    kind = _choice(request.args.get("kind"), Kind.THREADS)
    show = _choice(request.args.get("show"), Show.ALL)
    after = request.args.get("after", type=int)
    page = queries.content_list(kind, show, after=after)
    next_url = None
    if page.next_key:
        next_url = url_for("community_staff.content", kind=kind, show=show, after=page.next_key)
    return render_template(
        "community/staff_content.html",
        kind=kind.value,
        show=show.value,
        lines=page.items,
        next_url=next_url,
        is_first=after is None,
        may_moderate=me().can(Permission.CONTENT_MODERATE),
        links=present,
    )


def _choice(text: str | None, default: E) -> E:
    kinds = type(default)
    return kinds(text) if text in {kind.value for kind in kinds} else default


@bp.route("/content/<kind>/<int:thing_id>/hide", methods=["GET", "POST"])
@permission(Permission.CONTENT_MODERATE)
def hide(kind: str, thing_id: int) -> ResponseReturnValue:
    """Ask for the reason, then hide a thread or reply."""
    line = _line(kind, thing_id)
    form = HideForm()
    if form.validate_on_submit():
        act = service.hide_reply if line.floor else service.hide_thread
        if act(me().id, thing_id, HideReason(form.reason.data)):
            toast(_("Hidden. Its author can read why"))
        return redirect(_list_of(line), 303)
    status = 422 if form.is_submitted() else 200
    return render_template(
        "community/staff_hide.html", line=line, form=form, back=_list_of(line), links=present
    ), status


@bp.post("/content/<kind>/<int:thing_id>/restore")
@permission(Permission.CONTENT_MODERATE)
def restore(kind: str, thing_id: int) -> ResponseReturnValue:
    """Show a hidden thread or reply again."""
    line = _line(kind, thing_id)
    act = service.restore_reply if line.floor else service.restore_thread
    if act(me().id, thing_id):
        toast(_("Everybody can see it again"))
    return redirect(_list_of(line), 303)


def _line(kind: str, thing_id: int) -> ContentLine:
    """Return the thread or reply.

    Raises:
        NotFoundError: there is none.
    """
    known = {each.value for each in Kind}
    line = queries.find_content(Kind(kind), thing_id) if kind in known else None
    if line is None:
        raise NotFoundError
    return line


def _list_of(line: ContentLine) -> str:
    kind = Kind.REPLIES if line.floor else None
    return url_for("community_staff.content", kind=kind)


@bp.get("/boards")
@permission(Permission.BOARDS_EDIT)
def boards() -> ResponseReturnValue:
    """List the boards."""
    return render_template("community/staff_boards.html", boards=queries.boards())


@bp.route("/boards/new", methods=["GET", "POST"])
@permission(Permission.BOARDS_EDIT)
def new_board() -> ResponseReturnValue:
    """Make a board."""
    return _board_page(BoardForm(), None)


@bp.route("/boards/<slug>", methods=["GET", "POST"])
@permission(Permission.BOARDS_EDIT)
def edit_board(slug: str) -> ResponseReturnValue:
    """Change a board. Its address stays: links lead to it.

    Raises:
        NotFoundError: there is no such board.
    """
    board = queries.find_board(slug)
    if board is None or board.room:
        raise NotFoundError
    form = BoardForm(data={**_texts(board), "slug": slug})
    return _board_page(form, board)


def _texts(board: queries.BoardRow) -> dict[str, str]:
    names = ("name_zh", "name_en", "purpose_zh", "purpose_en")
    return {**{name: getattr(board, name) for name in names}, "icon": board.face.icon}


def _board_page(form: BoardForm, board: queries.BoardRow | None) -> ResponseReturnValue:
    status = 200
    if board is not None:
        form.slug.data = board.slug
    if form.is_submitted():
        status = 422
        if form.validate() and _save(form, is_new=board is None):
            return redirect(url_for("community_staff.boards"), 303)
    faces = {face.icon: face.icon for face in BOARD_ICONS}
    page = render_template("community/staff_board.html", form=form, board=board, icons=faces)
    return page, status


def _save(form: BoardForm, *, is_new: bool) -> bool:
    if is_new and queries.find_board(form.slug.data):
        form.slug.errors = [_("Another board has this address. Choose a different one.")]
        return False
    fields = ("slug", "name_zh", "name_en", "purpose_zh", "purpose_en", "icon")
    board = SeedBoard(**{name: form[name].data or "" for name in fields})
    try:
        service.save_board(board, actor_id=me().id)
    except InvalidError as error:
        form.slug.errors = [str(error.message)]
        return False
    toast(_("Saved"))
    return True
