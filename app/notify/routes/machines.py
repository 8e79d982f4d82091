"""``POST /hooks/mail/bounces``: where the mail service tells which letters came back."""

from flask import current_app, jsonify, request
from flask.typing import ResponseReturnValue

from app.identity import service as identity
from app.identity.types import BounceKind
from app.kernel import clock
from app.kernel.errors import NotFoundError
from app.kernel.startup import limiter
from app.kernel.web import no_store, public
from app.notify import policy
from app.notify.routes.blueprint import machine_bp

MAX_BODY = 256 * 1024
MOST = 500  # addresses of one report


@machine_bp.post("/hooks/mail/bounces")
@public
@no_store
@limiter.limit("300 per minute")
def bounces() -> ResponseReturnValue:
    """Take ``[{"address": "…", "kind": "hard" | "soft" | "complaint"}]``, signed.

    ``Potluck-Signature: t=<unix seconds>,v1=<hex of HMAC-SHA256("t.body")>`` with
    ``POTLUCK_MAIL_HOOK_SECRET``. Answers how many of them were read, and never whom we know.
    """
    secret = current_app.config["POTLUCK"].mail_hook_secret
    if not secret:
        raise NotFoundError
    request.max_content_length = MAX_BODY
    body = request.get_data(cache=True)
    if not policy.is_signed(
        secret, request.headers.get("Potluck-Signature", ""), body, clock.now()
    ):
        return jsonify(error="bad_signature"), 401
    reports = _reports(request.get_json(silent=True, force=True))
    if reports is None:
        return jsonify(error="bad_report"), 400
    for address, kind in reports:
        identity.note_bounce(address, kind)
    return jsonify(read=len(reports)), 200


bounces.__machine__ = True  # type: ignore[attr-defined]  # no browser sends it: the signature says who


def _reports(said: object) -> list[tuple[str, BounceKind]] | None:
    """Return what a report says, or None where it is none."""
    if not isinstance(said, list) or len(said) > MOST:
        return None
    found = []
    for each in said:
        address = each.get("address") if isinstance(each, dict) else None
        if not isinstance(address, str) or each.get("kind") not in set(BounceKind):
            return None
        found.append((address, BounceKind(each["kind"])))
    return found
