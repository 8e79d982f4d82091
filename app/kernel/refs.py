"""From a reference to a page: ``/go/<kind>/<id>`` asks the domain that registered the kind.

A statement line links to its source without a query for it: the look-up, and the question whether
this viewer may know the thing, happen when somebody follows the link.
"""

from collections.abc import Callable

from flask import Blueprint, Flask, redirect, url_for
from flask.typing import ResponseReturnValue

from app.kernel import web
from app.kernel.errors import NotFoundError
from app.kernel.types import Ref

Resolver = Callable[[int, int | None], str | None]
"""(id, viewer's member id or None) -> address, or None when he may not know it exists."""

_resolvers: dict[str, Resolver] = {}
bp = Blueprint("refs", __name__)


def register(kind: str, resolver: Resolver) -> None:
    """Answer for references of a kind. Called from a domain's manifest."""
    _resolvers[kind] = resolver


def link(ref: Ref | None) -> str | None:
    """Return the address that leads to a reference, or None where nobody answers for its kind."""
    if ref is None or ref.kind not in _resolvers:
        return None
    return url_for("refs.go", kind=ref.kind, ref_id=ref.id)


@bp.get("/go/<kind>/<int:ref_id>")
@web.public
def go(kind: str, ref_id: int) -> ResponseReturnValue:
    """Lead to the thing.

    Raises:
        NotFoundError: nobody answers for the kind, or the viewer may not know the thing.
    """
    viewer = web.viewer()
    resolver = _resolvers.get(kind) if ref_id < 2**63 else None
    url = resolver(ref_id, viewer.id if viewer else None) if resolver else None
    if url is None:
        raise NotFoundError
    return redirect(url, 303)


def init_app(app: Flask) -> None:
    """Install the redirect."""
    app.register_blueprint(bp)
