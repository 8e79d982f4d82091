"""Draws in the staff console: the list, setting one up, running it."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.draws import desk_shown as shown
from app.draws import queries, service
from app.draws.forms import (
    DrawForm,
    PrizeForm,
    RulesForm,
    SureForm,
    draw_form,
    prize_form,
)
from app.draws.staff.blueprint import bp
from app.draws.types import DrawRow, State
from app.kernel import parts, web
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission


@bp.get("")
@web.permission(Permission.DRAWS_EDIT)
def overview() -> ResponseReturnValue:
    """Show every draw, the newest first."""
    after = request.args.get("after", type=int)
    page = queries.draws(after=after)
    return render_template(
        "draws/staff_list.html",
        rows=[shown.draw_row(draw) for draw in page.items],
        next_url=url_for(".overview", after=page.next_key) if page.next_key else None,
        first_url=url_for(".overview") if after else None,
        rules=shown.rules_facts(queries.rules()),
    )


@bp.route("/new", methods=["GET", "POST"])
@web.permission(Permission.DRAWS_EDIT)
def new() -> ResponseReturnValue:
    """Begin a draft."""
    return _edit(DrawForm(), None)


@bp.route("/<slug>/edit", methods=["GET", "POST"])
@web.permission(Permission.DRAWS_EDIT)
def edit(slug: str) -> ResponseReturnValue:
    """Change a draft; what was opened can't be changed.

    Raises:
        NotFoundError: there is no such draft.
    """
    draw = _draft(slug)
    code = ""
    if draw.thread_id is not None:
        glance = parts.glances([draw.thread_id]).get(draw.thread_id)
        code = glance.code if glance else ""
    form = draw_form(draw, code) if request.method == "GET" else DrawForm()
    return _edit(form, draw)


def _edit(form: DrawForm, draw: DrawRow | None) -> ResponseReturnValue:
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                service.save(form.draft(), actor_id=web.me().id, slug=draw.slug if draw else None)
            except DomainError as error:
                form.slug.errors = [str(error.message)]
            else:
                web.toast(_("Saved"))
                return redirect(url_for(".setup", slug=form.slug.data), 303)
    return render_template("draws/staff_edit.html", form=form, draw=draw), status


def _draft(slug: str) -> DrawRow:
    draw = queries.get(slug)
    if draw.state is not State.DRAFT:
        raise NotFoundError
    return draw


@bp.get("/<slug>")
@web.permission(Permission.DRAWS_EDIT)
def setup(slug: str) -> ResponseReturnValue:
    """Show a draw: the checklist and the legal block of a draft, the counters of one that runs.

    Raises:
        NotFoundError: there is no such draw.
    """
    draw = queries.get(slug)
    prizes = queries.prizes_of(draw.id)
    if draw.state is State.DRAFT:
        checklist = service.checklist(draw, prizes, queries.rules())
        return render_template(
            "draws/staff_setup.html", **shown.setup_values(draw, prizes, checklist)
        )
    figures = queries.figures(draw.id)
    name = "draws/_live.html" if web.is_fragment() else "draws/staff_run.html"
    return render_template(name, **shown.run_values(draw, prizes, figures))


# --- prizes --------------------------------------------------------------------------------------


@bp.route("/<slug>/prizes/new", methods=["GET", "POST"])
@web.permission(Permission.DRAWS_EDIT)
def new_prize(slug: str) -> ResponseReturnValue:
    """Add a prize to a draft.

    Raises:
        NotFoundError: there is no such draft.
    """
    return _prize(_draft(slug), PrizeForm(), None)


@bp.route("/<slug>/prizes/<code>", methods=["GET", "POST"])
@web.permission(Permission.DRAWS_EDIT)
def prize(slug: str, code: str) -> ResponseReturnValue:
    """Change a prize of a draft.

    Raises:
        NotFoundError: there is no such draft or prize.
    """
    draw = _draft(slug)
    found = next((each for each in queries.prizes_of(draw.id) if each.code == code), None)
    if found is None:
        raise NotFoundError
    return _prize(draw, prize_form(found) if request.method == "GET" else PrizeForm(), code)


def _prize(draw: DrawRow, form: PrizeForm, code: str | None) -> ResponseReturnValue:
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                service.save_prize(draw.slug, form.prize(), actor_id=web.me().id, code=code)
            except DomainError as error:
                form.code.errors = [str(error.message)]
            else:
                web.toast(_("Saved"))
                return redirect(url_for(".setup", slug=draw.slug), 303)
    page = render_template(
        "draws/staff_prize.html", form=form, draw=draw, code=code, name=shown.name_of(draw)
    )
    return page, status


@bp.route("/<slug>/prizes/<code>/drop", methods=["GET", "POST"])
@web.permission(Permission.DRAWS_EDIT)
def drop_prize(slug: str, code: str) -> ResponseReturnValue:
    """Ask, then take a prize out of a draft.

    Raises:
        NotFoundError: there is no such draft or prize.
    """
    draw, form = _draft(slug), SureForm()
    if form.validate_on_submit():
        service.drop_prize(slug, code, actor_id=web.me().id)
        web.toast(_("Taken out"))
        return redirect(url_for(".setup", slug=slug), 303)
    found = next((each for each in queries.prizes_of(draw.id) if each.code == code), None)
    if found is None:
        raise NotFoundError
    return render_template(
        "draws/staff_sure.html",
        draw=draw,
        form=form,
        title=_("Take %(prize)s out?", prize=shown.name_of(found)),
        text=_("The chances of the others stay as they are; they must add up again."),
        action=url_for(".drop_prize", slug=slug, code=code),
        label=_("Drop the prize"),
        back=url_for(".prize", slug=slug, code=code),
    )


# --- opening, pausing, ending --------------------------------------------------------------------


@bp.route("/<slug>/open", methods=["GET", "POST"])
@web.permission(Permission.DRAWS_EDIT)
def open_draw(slug: str) -> ResponseReturnValue:
    """Show everything once more, then open: from then on nothing can be changed.

    Raises:
        NotFoundError: there is no such draft.
    """
    form, status, error = SureForm(), 200, ""
    draw = _draft(slug)
    if form.validate_on_submit():
        try:
            service.open_draw(slug, actor_id=web.me().id)
        except DomainError as refused:
            status, error = refused.http_status, str(refused.message)
        else:
            web.toast(_("Open. The hash of the odds is public from now on"))
            return redirect(url_for(".setup", slug=slug), 303)
    prizes = queries.prizes_of(draw.id)
    checklist = service.checklist(draw, prizes, queries.rules())
    page = render_template(
        "draws/staff_open.html",
        form=form,
        error=error,
        **shown.setup_values(draw, prizes, checklist),
    )
    return page, status


@bp.post("/<slug>/pause")
@web.permission(Permission.DRAWS_EDIT)
def pause(slug: str) -> ResponseReturnValue:
    """Let a draw stand still.

    Raises:
        NotFoundError: there is no such draw.
    """
    service.pause(slug, actor_id=web.me().id)
    web.toast(_("Paused"))
    return redirect(url_for(".setup", slug=slug), 303)


@bp.post("/<slug>/resume")
@web.permission(Permission.DRAWS_EDIT)
def resume(slug: str) -> ResponseReturnValue:
    """Let a paused draw go on.

    Raises:
        NotFoundError: there is no such draw.
    """
    service.resume(slug, actor_id=web.me().id)
    web.toast(_("It goes on"))
    return redirect(url_for(".setup", slug=slug), 303)


@bp.route("/<slug>/end/<act>", methods=["GET", "POST"])
@web.permission(Permission.DRAWS_EDIT)
def end(slug: str, act: str) -> ResponseReturnValue:
    """Ask, then close a draw, call it off, or throw a draft away.

    Raises:
        NotFoundError: there is no such draw.
    """
    if act not in shown.DONE:
        raise NotFoundError
    draw, form = queries.get(slug), SureForm()
    if form.validate_on_submit():
        {"close": service.close, "cancel": service.cancel, "drop": service.drop}[act](
            slug, actor_id=web.me().id
        )
        web.toast(shown.DONE[act])
        target = url_for(".overview") if act == "drop" else url_for(".setup", slug=slug)
        return redirect(target, 303)
    title, text, label = shown.question(act, draw)
    return render_template(
        "draws/staff_sure.html",
        draw=draw,
        form=form,
        title=title,
        text=text,
        action=url_for(".end", slug=slug, act=act),
        label=label,
        back=url_for(".setup", slug=slug),
    )


# --- rules ---------------------------------------------------------------------------------------


@bp.route("/rules", methods=["GET", "POST"])
@web.permission(Permission.DRAWS_EDIT)
def rules() -> ResponseReturnValue:
    """Show and change what holds for all draws; every version stays listed."""
    form, status = RulesForm(data=shown.rules_values(queries.rules())), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            service.set_rules(form.rules(), actor_id=web.me().id)
            web.toast(_("Saved. It holds for draws that open from now on"))
            return redirect(url_for(".rules"), 303)
    versions = [shown.version_row(each) for each in queries.rules_versions()]
    return render_template("draws/staff_rules.html", form=form, versions=versions), status
