"""An author's pages: answer for one post, see where posts were used, take a grant back."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.archive import queries, service
from app.archive.forms import ActForm, AnswerForm
from app.archive.present import id_arg, words
from app.archive.types import (
    GRANT,
    REFUSE,
    Answer,
    GrantError,
    Item,
    PostGoneError,
    State,
    TermsChangedError,
)
from app.community.queries import thread_address
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.i18n import ngettext
from app.kernel.web import me, member_required, no_store, toast

bp = Blueprint("archive", __name__, url_prefix="/me/reuse")


@bp.get("")
@member_required
@no_store
def my_reuse() -> ResponseReturnValue:
    """Show what one granted, and where one's posts were used."""
    page = queries.my_answers(me().id, id_arg("before"))
    return render_template(
        "archive/my_reuse.html",
        lines=page.items,
        next_key=page.next_key,
        is_first=id_arg("before") is None,
        form=ActForm(formdata=None),
        **words(),
    )


@bp.get("/by/<int:thread_id>")
@member_required
@no_store
def by_id(thread_id: int) -> ResponseReturnValue:
    """Lead from a post's menu to the page of its answer.

    Raises:
        NotFoundError: there is no such post of one's own.
    """
    found = thread_address(thread_id)
    if found is None or found[1].author_id != me().id:
        raise NotFoundError
    return redirect(url_for("archive.answer_page", code=found[0]), 303)


@bp.route("/post/<code>", methods=["GET", "POST"])
@member_required
@no_store
def answer_page(code: str) -> ResponseReturnValue:
    """Grant or refuse the use of a post of one's own; the whole terms stand above the button.

    Raises:
        PostGoneError: there is no such post of one's own that members can read.
    """
    item = queries.find_item(code)
    if item is None or item.author.id != me().id:
        raise PostGoneError
    form, status = AnswerForm(), 200
    if form.is_submitted():
        status = 422
        if form.validate() and (said := _answer(form, item)):
            toast(
                _("Thank you. The brand may use it as you said")
                if said is Answer.GRANTED
                else _("Kept: the brand leaves it here")
            )
            return redirect(url_for("archive.my_reuse"), 303)
    else:
        _fill(form, item.state)
    terms = queries.current_terms()
    form.terms_version.data = str(terms.version)
    return (
        render_template(
            "archive/answer.html",
            item=item,
            form=form,
            terms=terms,
            asked=queries.find_ask(item.thread_id) if item.state.asked_at else "",
            **words(),
        ),
        status,
    )


def _fill(form: AnswerForm, state: State) -> None:
    if state.answer is Answer.GRANTED:
        form.answer.data, form.credit.data = GRANT, state.credit
        form.scopes.data = [scope.value for scope in state.scopes]
    else:
        form.answer.data = REFUSE if state.answer is Answer.REFUSED else None
        form.credit.data = state.credit or me().name


def _answer(form: AnswerForm, item: Item) -> Answer | None:
    try:
        return service.answer(me().id, item.code, form.grant())
    except GrantError as error:
        form[error.field].errors = [str(error.message)]
    except TermsChangedError as error:
        form.form_errors.append(str(error.message))
    return None


@bp.post("/revoke/<int:thread_id>")
@member_required
@no_store
def take_back(thread_id: int) -> ResponseReturnValue:
    """Take a grant back: nothing new is used from now on."""
    running = service.revoke(me().id, thread_id)
    toast(
        ngettext(
            "Taken back. The team takes %(num)s use down",
            "Taken back. The team takes %(num)s uses down",
            running,
        )
        if running
        else _("Taken back. Nothing of it is in use"),
        "info",
    )
    return redirect(url_for("archive.my_reuse"), 303)
