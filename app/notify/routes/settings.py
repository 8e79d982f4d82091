"""How a member wants to be told."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.identity import queries as identity
from app.identity import service as members
from app.kernel import slots, web
from app.kernel.i18n import gettext as _
from app.notify import queries, service
from app.notify.forms import HabitForm, chosen, field_name, given, offered, settings_form
from app.notify.keys import public_push_key
from app.notify.routes.blueprint import bp
from app.notify.types import GROUP_LABELS, Channel, Group, NoticeKind, kinds

CHANNELS = tuple(Channel)


@bp.get("/settings/notices")
@web.member_required
@web.no_store
def settings() -> ResponseReturnValue:
    """Show which kinds reach him how, and when."""
    member_id = web.me().id
    wishes = queries.wishes_of(member_id)
    habit = queries.habits_of([member_id])[member_id]
    return _page(settings_form(_mine())(data=given(_mine(), wishes, habit)))


def _mine(group: Group | None = None) -> list[NoticeKind]:
    """Return the kinds that the viewer can ever get."""
    return kinds(group, allowed=web.me().permissions)


def _page(form: HabitForm) -> str:
    member_id = web.me().id
    sections = [
        (GROUP_LABELS[group], [(kind, _boxes(form, kind)) for kind in of_group])
        for group in Group
        if (of_group := _mine(group))
    ]
    return render_template(
        "notify/settings.html",
        form=form,
        sections=sections,
        no_letters_since=identity.wish_of(member_id),
        bounced=identity.bounced_contacts(member_id),
        browsers=len(queries.browsers_of(member_id)),
        push_key=public_push_key(),
        more=slots.fill("notice_settings", [member_id])[member_id],
    )


def _boxes(form: HabitForm, kind: NoticeKind) -> dict[str, object]:
    """Return a kind's boxes by channel; a channel that it does not offer has none."""
    return {
        channel.value: form[field_name(kind.key, channel)]
        for channel in CHANNELS
        if channel in offered(kind)
    }


@bp.post("/settings/notices")
@web.member_required
@web.no_store
def save_settings() -> ResponseReturnValue:
    """Keep which kinds reach him how, and when."""
    form = settings_form(_mine())()
    if not form.validate_on_submit():
        return _page(form), 422
    member_id = web.me().id
    service.choose(member_id, chosen(form, _mine()))
    service.keep_habit(member_id, form.habit())
    web.toast(_("Saved."))
    return redirect(url_for(".settings"), 303)


@bp.post("/settings/notices/mail-again")
@web.member_required
@web.no_store
def mail_again() -> ResponseReturnValue:
    """Write to his addresses again after letters came back."""
    members.lift_bounces(web.me().id)
    web.toast(_("Good, we write to you again."))
    return redirect(url_for(".settings"), 303)
