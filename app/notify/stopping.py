"""The link at the foot of a letter that stops such letters: signed, good without signing in."""

from app.kernel import sealing

PURPOSE = "notify.stop"
MOST_SECONDS = 400 * 86_400


def stop_path(member_id: int, what: str) -> str:
    """Return the path that stops letters of a kind (or ``digest``) for a member."""
    return f"/notices/stop/{sealing.seal(f'{member_id}|{what}', PURPOSE)}"


def read_stop(token: str) -> tuple[int, str] | None:
    """Return (member, kind or ``digest``) of a token, or None where it is not ours or too old."""
    try:
        member_id, _, what = sealing.unseal(token, PURPOSE, max_age=MOST_SECONDS).partition("|")
        return int(member_id), what
    except (sealing.UnsealableError, ValueError):
        return None
