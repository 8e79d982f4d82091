"""Many parcels at once: packed, received, tracking numbers, what to pick and what to print."""

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import tables, web
from app.kernel.i18n import gettext as _
from app.kernel.i18n import listed, ngettext, number, sentences
from app.rewards.forms.fulfilment import TrackingForm
from app.rewards.policy.tracking import MOST_LINES, read_paste, read_rows
from app.rewards.queries import fulfilment as queries
from app.rewards.service import fulfilling, tracking
from app.rewards.staff.fulfilment import SHIP, bp, state_of, told
from app.rewards.types import State
from app.rewards.types.fulfilling import DONE_WELL, Line, Moved, Sent

TOLD_CODES = 5


@bp.post("/many")
@web.permission(SHIP)
def many() -> ResponseReturnValue:
    """Do one thing with all that are chosen: let them go on, or print their slips."""
    codes, act = request.form.getlist("code"), request.form.get("act", "")
    back = url_for(".board", state=state_of(request.form.get("from")).value)
    if not codes:
        web.toast(_("Choose at least one parcel."), "info")
        return redirect(back, 303)
    if act == "slips":
        return _slips(codes)
    if act in fulfilling.BY_HAND:
        moved = fulfilling.move_many(codes, State(act), actor_id=web.me().id)
        web.toast(_moved(moved), "warn" if moved.refused else "ok")
    return redirect(back, 303)


def _moved(moved: Moved) -> str:
    parts = [ngettext("%(num)s parcel went on.", "%(num)s parcels went on.", moved.moved)]
    if moved.before:
        parts.append(
            ngettext("%(num)s was there already.", "%(num)s were there already.", moved.before)
        )
    if moved.refused:
        codes = listed(moved.refused[:TOLD_CODES])
        parts.append(_("Can't go there: %(codes)s.", codes=codes))
    return sentences(parts)


def _slips(codes: Sequence[str]) -> ResponseReturnValue:
    """Print what goes into each parcel and where it goes; every address is noted as seen."""
    parcels = queries.parcels_named(codes[: fulfilling.MOST_AT_ONCE])
    addresses = fulfilling.reveal([each.code for each in parcels], actor_id=web.me().id)
    return render_template(
        "rewards/staff_fulfil_slips.html",
        slips=[(each, addresses.get(each.code)) for each in parcels],
    )


@bp.get("/pick-list")
@web.permission(SHIP)
def pick_list() -> ResponseReturnValue:
    """Show what is to be taken from the shelves, to be printed; it names nobody."""
    return render_template("rewards/staff_fulfil_picks.html", picks=queries.pick_list())


@bp.route("/tracking", methods=["GET", "POST"])
@web.permission(SHIP)
def tracking_numbers() -> ResponseReturnValue:
    """Take tracking numbers for many parcels; what became of each line is told.

    Where all went well one goes back to the board; else the lines that did not stand in the field
    to be corrected. The same lines may be sent again: they change nothing.
    """
    form = TrackingForm()
    if not form.is_submitted():
        return _tracking_page(form, [])
    if not form.validate():
        return _tracking_page(form, []), 422
    try:
        lines = _lines(form)
    except tables.TableError as error:
        form.file.errors = [*form.file.errors, error.message]
        return _tracking_page(form, []), 422
    if not lines or len(lines) > MOST_LINES:
        form.lines.errors = [
            _("Paste lines, or choose a file.")
            if not lines
            else _("At most %(most)s lines at once.", most=number(MOST_LINES))
        ]
        return _tracking_page(form, []), 422
    results = tracking.ship_many(lines, actor_id=web.me().id)
    bad = [line.text for line, sent in results if sent not in DONE_WELL]
    if not bad:
        web.toast(_summary(results))
        return redirect(url_for(".board", state=State.SHIPPED.value), 303)
    form.lines.data = "\n".join(bad)
    return _tracking_page(form, results), 422


def _lines(form: TrackingForm) -> list[Line]:
    """Return the lines of the file, or else those that were pasted."""
    if form.file.data and form.file.data.filename:
        raw = form.file.data.stream.read(tables.MAX_BYTES + 1)
        return read_rows(tables.read_table(raw, MOST_LINES), form.carrier.data)
    return read_paste(form.lines.data or "", form.carrier.data)


def _summary(results: Sequence[tuple[Line, Sent]]) -> str:
    sent = sum(each is Sent.SHIPPED for _line, each in results)
    parts = [ngettext("%(num)s parcel sent.", "%(num)s parcels sent.", sent)]
    if before := sum(each is Sent.BEFORE for _line, each in results):
        parts.append(ngettext("%(num)s was before.", "%(num)s were before.", before))
    if corrected := sum(each is Sent.CORRECTED for _line, each in results):
        parts.append(ngettext("%(num)s number corrected.", "%(num)s numbers corrected.", corrected))
    return sentences(parts)


def _tracking_page(form: TrackingForm, results: Sequence[tuple[Line, Sent]]) -> str:
    return render_template(
        "rewards/staff_fulfil_tracking.html",
        form=form,
        results=[(line, told(sent), sent in DONE_WELL) for line, sent in results],
        summary=_summary(results) if results else "",
    )
