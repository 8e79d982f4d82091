"""The link at the foot of a letter: one POST stops such letters, without signing in (RFC 8058)."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.kernel import web
from app.kernel.errors import NotFoundError
from app.kernel.i18n import lazy_gettext as _l
from app.notify import service
from app.notify.routes.blueprint import machine_bp
from app.notify.stopping import read_stop
from app.notify.types import find_kind

NOT_OURS = _l("This link is incomplete or too old. Your settings stop letters too.")


@machine_bp.get("/notices/stop/<token>")
@web.public
@web.no_store
def stop(token: str) -> ResponseReturnValue:
    """Ask whether such letters should stop: opening a link changes nothing."""
    return render_template("notify/stop.html", label=_label(token), token=token, is_done=False)


@machine_bp.post("/notices/stop/<token>")
@web.public
@web.no_store
def stop_now(token: str) -> ResponseReturnValue:
    """Stop such letters; mail programs send this by themselves. Twice is once."""
    label = _label(token)
    found = read_stop(token)
    if found is not None:
        service.stop_letters(*found)
    return render_template("notify/stop.html", label=label, token=token, is_done=True)


stop_now.__machine__ = True  # type: ignore[attr-defined]  # mail programs send it: the seal says whose


def _label(token: str) -> object:
    """Return what would stop.

    Raises:
        NotFoundError: the link is none of ours, or too old.
    """
    found = read_stop(token)
    if found is None:
        raise NotFoundError(NOT_OURS)
    kind = find_kind(found[1])
    return kind.label if kind else None
