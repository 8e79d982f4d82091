"""What stands around a reported message: asked for, written down, then shown."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.kernel import web
from app.kernel.errors import NotFoundError
from app.kernel.permissions import Permission
from app.messages import queries, service
from app.messages.types import AROUND

bp = Blueprint("messages_staff", __name__, url_prefix="/staff/messages")


@bp.route("/<int:message_id>", methods=["GET", "POST"])
@web.permission(Permission.CONTENT_MODERATE)
def around(message_id: int) -> ResponseReturnValue:
    """Show a reported message; with a POST, which is audited, a few before and after it too.

    Raises:
        NotFoundError: nobody reported it, or its case was closed long ago.
    """
    if not queries.may_look(message_id):
        raise NotFoundError
    is_open = request.method == "POST"
    if is_open:
        service.look_around(web.me().id, message_id)
    found = queries.around(message_id)
    lines = found if is_open else [line for line in found if line.is_reported]
    if not lines:
        raise NotFoundError
    return render_template(
        "messages/staff_around.html", lines=lines, is_open=is_open, message_id=message_id,
        most=AROUND,
    )  # fmt: skip
