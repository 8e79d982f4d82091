"""Access and caching marks: every view says who may come in and who may keep its answer."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Response, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel.errors import ForbiddenError
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission
from app.kernel.web.asking import is_fragment, safe_path, wants_json
from app.kernel.web.viewer import viewer

P = ParamSpec("P")
R = TypeVar("R")


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view as open to everyone. A view without a mark does not pass the tests."""
    view.__access__ = "public"  # type: ignore[attr-defined]
    return view


def member_required(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Mark and guard a view: only a signed-in member comes in."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if viewer() is None:
            return _ask_to_sign_in()
        return view(*args, **kwargs)

    guarded.__access__ = "member"  # type: ignore[attr-defined]
    return guarded


def permission(
    needed: Permission,
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Mark and guard a view: only roles that carry ``needed`` come in; never cached."""

    def decorate(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            someone = viewer()
            if someone is None:
                return _ask_to_sign_in()
            if not someone.can(needed):
                raise ForbiddenError(
                    _("Your roles don't open this page. An administrator can grant access.")
                )
            return view(*args, **kwargs)

        guarded.__access__ = needed.value  # type: ignore[attr-defined]
        guarded.__cache__ = "no-store"  # type: ignore[attr-defined]
        return guarded

    return decorate


def no_store(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view whose answer nobody may keep (wallet, settings, orders, sign-in)."""
    view.__cache__ = "no-store"  # type: ignore[attr-defined]
    return view


def cached_for_guests(seconds: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a public view whose answer to guests may be shared for some seconds."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        view.__cache__ = f"public:{seconds}"  # type: ignore[attr-defined]
        return view

    return decorate


def _ask_to_sign_in() -> ResponseReturnValue:
    if wants_json():
        return jsonify(error={"code": "sign_in", "message": _("Sign in first.")}), 401
    back = request.full_path.rstrip("?") if request.method == "GET" else request.referrer or "/"
    target = url_for("identity.sign_in", next=safe_path(back))
    if is_fragment():
        response = Response(status=401)
        response.headers["HX-Redirect"] = target
        return response
    return redirect(target, 303)
