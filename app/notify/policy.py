"""When something may reach a member, and where: quiet hours, digests, tries, push services."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from app.kernel import clock
from app.notify.types import Rhythm

QUIET_FROM, QUIET_TO = 22 * 60, 8 * 60  # minutes after midnight
DIGEST_AT = time(9, 0)
MAX_TRIES = 6
FIRST_RETRY = timedelta(seconds=30)  # then 2, 8, 32 minutes, 2 hours
PUSH_USELESS_AFTER = timedelta(days=1)
ASK_AGAIN_AFTER = timedelta(days=90)
MAX_BROWSERS = 10  # of one member

PUSH_HOSTS = (
    "fcm.googleapis.com",
    "push.services.mozilla.com",
    "push.apple.com",
    "notify.windows.com",
)


@dataclass(frozen=True, slots=True)
class Habit:
    """When a member wants to be reached.

    Attributes:
        quiet_from, quiet_to: minutes after midnight in his zone; None: never quiet.
        zone: None: the brand's.
    """

    rhythm: Rhythm = Rhythm.DAILY
    quiet_from: int | None = QUIET_FROM
    quiet_to: int | None = QUIET_TO
    zone: str | None = None

    @property
    def place(self) -> ZoneInfo:
        """Return his time zone."""
        return ZoneInfo(self.zone) if self.zone else clock.zone()


def first_loud_moment(habit: Habit, at: datetime) -> datetime:
    """Return ``at``, or when his quiet hours end if it falls into them."""
    start, end = habit.quiet_from, habit.quiet_to
    if start is None or end is None or start == end:
        return at
    local = at.astimezone(habit.place)
    minute = local.hour * 60 + local.minute
    is_quiet = start <= minute < end if start < end else minute >= start or minute < end
    if not is_quiet:
        return at
    wakes_on = local.date() if minute < end else local.date() + timedelta(days=1)
    return _moment(wakes_on, time(end // 60, end % 60), habit.place)


def next_digest(habit: Habit, at: datetime) -> tuple[datetime, str]:
    """Return when the digest that holds a notice of ``at`` is written, and the digest's name.

    A daily one comes at nine in the member's zone, a weekly one on Mondays at nine. Two notices get
    the same name exactly when they belong into one letter.
    """
    local = at.astimezone(habit.place)
    day = local.date()
    if local.time() >= DIGEST_AT:
        day += timedelta(days=1)
    if habit.rhythm is Rhythm.WEEKLY:
        day += timedelta(days=-day.weekday() % 7)
    return _moment(day, DIGEST_AT, habit.place), f"{habit.rhythm.value}:{day.isoformat()}"


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(clock.now().tzinfo)


def retry_after(attempts: int) -> timedelta:
    """Return how long after its ``attempts``-th try (from 0) something is tried again."""
    factor: int = 4 ** min(attempts, MAX_TRIES)
    return FIRST_RETRY * factor


def is_push_service(url: str) -> bool:
    """Return whether an address belongs to a service that carries browsers' messages.

    The address comes from the browser, so it is not trusted: a few makers run such services.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    host = (parts.hostname or "").lower()
    known = any(host == each or host.endswith(f".{each}") for each in PUSH_HOSTS)
    return parts.scheme == "https" and known


SIGNATURE_SECONDS = 300


def signature(secret: str, moment: int, body: bytes) -> str:
    """Return how a report of the mail service is signed: HMAC-SHA256 of ``moment.body``."""
    return hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()


def is_signed(secret: str, given: str, body: bytes, now: datetime) -> bool:
    """Return whether a report is ours to believe: signed with the secret in the last minutes.

    Args:
        secret: shared with the mail service; an empty one signs nothing.
        given: ``t=<unix seconds>,v1=<hex>``.
        body: what was signed.
        now: the present moment.
    """
    found = dict(part.split("=", 1) for part in given.split(",") if "=" in part)
    moment = found.get("t", "")
    if not secret or not moment.isdecimal() or len(moment) > 12:  # noqa: PLR2004 - no such second
        return False
    if abs(now.timestamp() - int(moment)) > SIGNATURE_SECONDS:
        return False
    return hmac.compare_digest(signature(secret, int(moment), body), found.get("v1", ""))
