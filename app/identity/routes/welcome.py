"""The first page of a new member: what the floors above have to say to him; it can be skipped."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.identity.routes.blueprint import bp
from app.kernel import slots, web

SLOT = "welcome"


def way_in(member_id: int, target: str | None) -> str:
    """Return where a new member goes: to his welcome, where there is one, else straight on."""
    path = web.safe_path(target)
    if not slots.fill(SLOT, [member_id])[member_id]:
        return path
    return url_for("identity.welcome", next=path if path != "/" else None)


@bp.get("/welcome")
@web.member_required
@web.no_store
def welcome() -> ResponseReturnValue:
    """Greet a new member: ``?next=`` leads to where he was going."""
    member, target = web.me(), web.safe_path(request.args.get("next"))
    words = slots.fill(SLOT, [member.id])[member.id]
    if not words:
        return redirect(target, 303)
    return render_template("identity/welcome.html", words=words, target=target, name=member.name)
