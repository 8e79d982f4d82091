"""A member's wallet: what he has, where every point came from, and the proof of it."""

import json
from collections.abc import Collection, Iterator

from flask import (
    Blueprint,
    Response,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.kernel import clock, reasons, slots, web
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.ledger import queries, shown
from app.ledger.queries import Line, Show
from app.ledger.types import Book

bp = Blueprint("ledger", __name__, url_prefix="/me/wallet")

PAGE = 20
FILE_PAGE = 500
GROWTH = "growth"


@bp.get("")
@web.member_required
@web.no_store
def wallet() -> ResponseReturnValue:
    """Show balance and statement; ``?show=`` filters, ``?after=`` pages."""
    member_id = web.me().id
    view = _view_asked()
    book, show = _book_and_filter(view)
    after = _key_asked()
    page = queries.statement(member_id, book=book, show=show, after=after, limit=PAGE)
    balance = queries.balance(member_id)
    return render_template(
        "ledger/wallet.html",
        balance=balance,
        card=shown.balance_values(balance),
        waiting=shown.waiting(balance),
        expiring=shown.expiring(balance),
        months=shown.months(page.items),
        book=book,
        view=view,
        tabs=_tabs(view),
        notes=slots.fill("wallet_notes", [member_id])[member_id],
        next_url=url_for(".wallet", show=view, after=page.next_key) if page.next_key else None,
        first_url=url_for(".wallet", show=view) if after else None,
    )


def _key_asked() -> str | None:
    after = request.args.get("after", "")
    return after if after.isdecimal() and int(after) < 2**63 else None


def _view_asked() -> str:
    asked = request.args.get("show", "")
    return asked if asked in {*Show, GROWTH} else Show.ALL.value


def _book_and_filter(view: str) -> tuple[Book, Show]:
    return (Book.GROWTH, Show.ALL) if view == GROWTH else (Book.POINTS, Show(view))


def _tabs(view: str) -> list[tuple[str, str, bool]]:
    names = (
        (Show.ALL.value, _("All")),
        (Show.EARNED.value, _("Earned")),
        (Show.SPENT.value, _("Spent")),
        (Show.PENDING.value, _("On their way")),
        (GROWTH, _("Growth")),
    )
    return [(name, url_for(".wallet", show=key), key == view) for key, name in names]


@bp.get("/<int:txn_id>")
@web.member_required
@web.no_store
def entry(txn_id: int) -> ResponseReturnValue:
    """Tell everything about one transaction of the member: why, by which rule, which points."""
    detail = queries.detail(web.me().id, txn_id) if txn_id < 2**63 else None
    if detail is None:
        raise NotFoundError(_("There is no such line in your statement."))
    line = next(iter(detail.lines.values()))
    return render_template(
        "ledger/entry.html",
        detail=detail,
        row=shown.row_of(line),
        sums=[shown.amount_in_words(_sum(each), book) for book, each in detail.lines.items()],
        why=reasons.explain(line.reason, line.rule_version),
        rules=reasons.version_label(line.rule_version),
        rules_url=reasons.version_url(line.rule_version),
        parts=shown.parts_of(detail),
        lots=shown.lots_of(detail),
        undone_urls=[shown.detail_url(each) for each in detail.reversed_by],
        notes=slots.fill("ledger_entry", [txn_id])[txn_id],
    )


def _sum(line: Line) -> int:
    return line.delta or line.change.available


# --- files ---------------------------------------------------------------------------------------


@bp.get("/statement.csv")
@web.member_required
@web.no_store
def statement_file() -> ResponseReturnValue:
    """Send the whole statement as CSV, a few hundred lines at a time."""
    member_id = web.me().id
    book, show = _book_and_filter(_view_asked())
    name = f"{book.value}-{clock.business_date().isoformat()}.csv"
    return Response(
        stream_with_context(_csv(member_id, book, show)),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _csv(member_id: int, book: Book, show: Show) -> Iterator[str]:
    yield "\ufeff" + shown.csv_head()  # the mark tells spreadsheets that it is UTF-8
    after: str | None = None
    while True:
        page = queries.statement(member_id, book=book, show=show, after=after, limit=FILE_PAGE)
        yield "".join(shown.csv_row(line) for line in page.items)
        after = page.next_key
        if after is None:
            return


@bp.get("/proof")
@web.member_required
@web.no_store
def proof() -> ResponseReturnValue:
    """Explain how anybody can check a statement, with what he needs for it."""
    return render_template(
        "ledger/proof.html",
        sealed=next(iter(queries.checkpoints(1)), None),
        command=queries.proof_command(),
        key=queries.public_key(),
    )


@bp.get("/proof.json")
@web.member_required
@web.no_store
def proof_file() -> ResponseReturnValue:
    """Send the member's lines with the way from the last one to the signed root."""
    found = queries.proof(web.me().id)
    if found is None:
        web.toast(_("Your first proof is made tonight. Come back tomorrow."), "info")
        return redirect(url_for(".proof"), 303)
    return _attached(json.dumps(found, indent=1), "application/json", "proof.json")


@bp.get("/check_proof.py")
@web.member_required
@web.no_store
def proof_script() -> ResponseReturnValue:
    """Send the script that checks a proof with nothing but Python."""
    return _attached(queries.proof_script(), "text/x-python", "check_proof.py")


def _attached(text: str, mimetype: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, mimetype=mimetype, headers=headers)


# --- places in other domains' pages --------------------------------------------------------------


@slots.fills("me_cards")
def me_card(member_ids: Collection[int]) -> dict[int, Markup]:
    """Fill the balance card of the own page. One statement."""
    balances = queries.balances(member_ids)
    return {
        member_id: Markup(  # noqa: S704 - a template's own output
            render_template("ledger/_me_card.html", card=shown.balance_values(balance))
        )
        for member_id, balance in balances.items()
    }
