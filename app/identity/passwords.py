"""Passwords: argon2id with OWASP's parameters, and a plain answer to "is it good enough?"."""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from app.identity.types import FieldError
from app.kernel.i18n import lazy_gettext as _l

MEMORY_KIB, PASSES, LANES = 19_456, 2, 1  # OWASP Password Storage Cheat Sheet: argon2id
MIN_LENGTH, MAX_LENGTH = 8, 128
JUDGED_LENGTH = 72  # what zxcvbn looks at; its time grows with the square
MIN_GUESSES_LOG10 = 7.5  # the sign-in limit lets about 10**6 guesses a year through

_WHY = {
    "own": _l("It is close to your name or contact."),
    "common": _l("It is among the first that others try."),
    "word": _l("It is a single common word or name."),
    "keys": _l("Its letters stand in a row on the keyboard."),
    "repeat": _l("It repeats the same signs."),
    "row": _l("It counts up or down, like abc or 4321."),
    "date": _l("It is a date."),
    "short": _l("It is quick to guess."),
}


def written(password: str) -> str:
    """Return a password in its one written form (NFKC): the same on every keyboard."""
    return unicodedata.normalize("NFKC", password)


def hash_password(password: str) -> str:
    """Return what is stored."""
    return _hasher().hash(written(password))


def is_right(stored: str | None, password: str) -> bool:
    """Return whether a password is the stored one; without one, take the same time to say no."""
    try:
        _hasher().verify(stored or _nobodys_hash(), written(password))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Return whether a stored hash was made with other parameters than today's."""
    return _hasher().check_needs_rehash(stored)


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)


@cache
def _nobodys_hash() -> str:
    return _hasher().hash("a password that opens nothing")


def hash_all(passwords: Sequence[str]) -> dict[str, str]:
    """Return the hash of each, equal ones hashed once in a process: for demo data only."""
    return {password: _hashed_once(password) for password in set(passwords)}


@lru_cache(maxsize=8)
def _hashed_once(password: str) -> str:
    return hash_password(password)


# --- is it good enough? --------------------------------------------------------------------------


def check_password(password: str, own_words: Iterable[str], field: str = "password") -> None:
    """Accept a new password, or say why not and what would do.

    Length decides, not the kinds of signs in it. Nothing leaves the machine.

    Args:
        password: as typed.
        own_words: the person's name, contact, and such: bad parts of a password.
        field: the form's field to blame.

    Raises:
        FieldError: too short, too long, or guessable (by zxcvbn's estimate).
    """
    text = written(password)
    if len(text) < MIN_LENGTH:
        raise FieldError(field, _l("Use at least %(num)s characters.", num=MIN_LENGTH))
    if len(text) > MAX_LENGTH:
        raise FieldError(field, _l("Use at most %(num)s characters.", num=MAX_LENGTH))
    judged = zxcvbn(text[:JUDGED_LENGTH], user_inputs=_parts(own_words))
    if float(judged["guesses_log10"]) < MIN_GUESSES_LOG10:
        raise FieldError(
            field,
            _l(
                "This password is easy to guess. %(why)s Three or four words that "
                "don't belong together make a good one.",
                why=_WHY[_weakness(judged["sequence"])],
            ),
        )


def _parts(words: Iterable[str]) -> list[str]:
    """Return the words themselves and the pieces of a contact."""
    found = []
    for word in words:
        plain = unicodedata.normalize("NFKC", word).casefold()
        found += [plain, *(piece for sign in "@.+-_ " for piece in plain.split(sign))]
    return sorted({piece for piece in found if len(piece) > 2})  # noqa: PLR2004 - short pieces are in every word


def _weakness(sequence: Sequence[dict[str, Any]]) -> str:
    kinds = {_kind(match) for match in sequence}
    for kind in ("own", "common", "keys", "repeat", "row", "date", "word"):
        if kind in kinds:
            return kind
    return "short"


def _kind(match: dict[str, Any]) -> str:
    if match["pattern"] == "dictionary":
        return {"user_inputs": "own", "passwords": "common"}.get(match["dictionary_name"], "word")
    kinds = {"spatial": "keys", "repeat": "repeat", "sequence": "row", "date": "date"}
    return kinds.get(match["pattern"], "short")
