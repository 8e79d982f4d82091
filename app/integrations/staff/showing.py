"""A new secret on its way to the one page that shows it: in a sealed cookie, for two minutes."""

from flask import Response, current_app, request

from app.kernel import sealing

SHOWN_ONCE = "hook_secret"
SHOWN_SECONDS = 120


def shown_once(answer: Response, about: str, secret: str, path: str) -> Response:
    """Carry a secret to the page at ``path``, or forget it once that page shows it.

    Args:
        answer: what is sent.
        about: whose secret it is; no spaces.
        secret: empty: it has been shown.
        path: of the page that shows it; no other is sent the cookie.
    """
    if not secret:
        answer.delete_cookie(SHOWN_ONCE, path=path)
        return answer
    answer.set_cookie(
        SHOWN_ONCE,
        sealing.seal(f"{about} {secret}", SHOWN_ONCE),
        max_age=SHOWN_SECONDS,
        path=path,
        httponly=True,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        samesite="Strict",
    )
    return answer


def secret_to_show(about: str) -> str:
    """Return the secret that this page is to show, or an empty text."""
    try:
        carried = sealing.unseal(
            request.cookies.get(SHOWN_ONCE, ""), SHOWN_ONCE, max_age=SHOWN_SECONDS
        )
    except sealing.UnsealableError:
        return ""
    whose, _sep, secret = carried.partition(" ")
    return secret if whose == about else ""
