"""Pools: stock at a glance, what they are worth, stopped and opened again."""

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.coupons import queries, service, shown
from app.coupons.forms import CodesForm, GiveForm, MakeForm, PoolForm, pool_data
from app.coupons.staff.blueprint import EDIT, bp
from app.coupons.types import Pool, PoolError, PoolState
from app.kernel import web
from app.kernel.forms import Form
from app.kernel.i18n import gettext as _

JOBS_SHOWN = 5


def _currency() -> str:
    return str(current_app.config["POTLUCK"].currency)


@bp.get("")
@web.permission(EDIT)
def pools() -> ResponseReturnValue:
    """List pools with their stock."""
    page = queries.pools(request.args.get("after"))
    return render_template(
        "coupons/staff_pools.html",
        rows=[(pool, shown.worth_text(pool.draft.worth)) for pool in page.items],
        states=shown.POOL_STATES,
        validity_of=shown.validity_of,
        next_url=url_for(".pools", after=page.next_key) if page.next_key else None,
    )


@bp.route("/new", methods=["GET", "POST"])
@web.permission(EDIT)
def new_pool() -> ResponseReturnValue:
    """Make a pool; its codes come afterwards."""
    return _edit(PoolForm(), None)


@bp.route("/<code>/edit", methods=["GET", "POST"])
@web.permission(EDIT)
def edit_pool(code: str) -> ResponseReturnValue:
    """Change a pool.

    Raises:
        NotFoundError: there is none.
    """
    pool = queries.get_pool(code)
    return _edit(PoolForm(data=pool_data(pool.draft), kept=pool.draft.channel), pool)


def _edit(form: PoolForm, pool: Pool | None) -> ResponseReturnValue:
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                return _saved(form, pool)
            except PoolError as error:
                form[error.field].errors = [error.message]
    page = render_template(
        "coupons/staff_pool_edit.html", form=form, pool=pool, currency=_currency()
    )
    return page, status


def _saved(form: PoolForm, pool: Pool | None) -> ResponseReturnValue:
    if pool is None:
        code = service.make_pool(web.me().id, form.draft(_currency()))
        web.toast(_("Made. Now put codes in."))
    else:
        # A pool keeps the currency it began with: its coupons are out in the world.
        currency = pool.draft.worth.currency or _currency()
        code = service.change_pool(web.me().id, pool.code, form.draft(currency)).code
        web.toast(_("Saved"))
    return redirect(url_for(".pool", code=code), 303)


@bp.get("/<code>")
@web.permission(EDIT)
def pool(code: str) -> ResponseReturnValue:
    """Show a pool: figures, ways to fill it, what was done with it.

    Raises:
        NotFoundError: there is none.
    """
    return pool_page(queries.get_pool(code))


def pool_page(
    found: Pool,
    *,
    codes: CodesForm | None = None,
    make: MakeForm | None = None,
    give: GiveForm | None = None,
) -> str:
    """Return a pool's page; a form that came back stands there as it was sent."""
    latest = queries.jobs_of(found.id, limit=JOBS_SHOWN)
    return render_template(
        "coupons/staff_pool.html",
        pool=found,
        worth=shown.worth_text(found.draft.worth),
        condition=shown.condition_of(found.draft),
        validity=shown.validity_of(found.draft),
        place=shown.place_of(found.draft),
        states=shown.POOL_STATES,
        job_kinds=shown.JOB_KINDS,
        job_states=shown.JOB_STATES,
        jobs=latest.items,
        codes_form=codes or CodesForm(formdata=None),
        make_form=make or MakeForm(formdata=None),
        give_form=give or GiveForm(formdata=None),
    )


@bp.route("/<code>/stop", methods=["GET", "POST"])
@web.permission(EDIT)
def stop_pool(code: str) -> ResponseReturnValue:
    """Ask, then let a pool give no more.

    Raises:
        NotFoundError: there is none.
    """
    found, form = queries.get_pool(code), Form()
    if form.validate_on_submit():
        service.set_pool_state(web.me().id, found.code, PoolState.STOPPED)
        web.toast(_("Stopped. Who has a coupon of it keeps it."))
        return redirect(url_for(".pool", code=found.code), 303)
    return render_template("coupons/staff_pool_stop.html", pool=found, form=form)


@bp.post("/<code>/resume")
@web.permission(EDIT)
def resume_pool(code: str) -> ResponseReturnValue:
    """Let a pool give again.

    Raises:
        NotFoundError: there is none.
    """
    found = queries.get_pool(code)
    service.set_pool_state(web.me().id, found.code, PoolState.OPEN)
    web.toast(_("It gives again."))
    return redirect(url_for(".pool", code=found.code), 303)
