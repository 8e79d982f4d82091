"""Secrets of others that we must be able to read again, encrypted at rest under the house's own.

A key is derived from ``POTLUCK_SECRET_KEY`` for each purpose (HKDF-SHA256), so a text sealed for
one purpose can't be opened for another. Former secrets (``POTLUCK_SECRET_KEY_FALLBACKS``) still
open what they sealed; :func:`is_current` says what should be sealed anew.
"""

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app


class UnsealableError(ValueError):
    """None of the known secrets opens this: the secret changed without its fallback."""


def seal(text: str, purpose: str) -> str:
    """Return a text encrypted and authenticated under the current secret."""
    return _key(_secrets()[0], purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, purpose: str, *, max_age: int | None = None) -> str:
    """Return a sealed text.

    Args:
        sealed: what :func:`seal` returned.
        purpose: what it was sealed for.
        max_age: refuse what was sealed longer ago than this, in seconds.

    Raises:
        UnsealableError: it was sealed under another secret or for another purpose, was changed on
            the way, or is too old.
    """
    for secret in _secrets():
        try:
            return _key(secret, purpose).decrypt(sealed.encode(), ttl=max_age).decode()
        except InvalidToken:
            continue
    raise UnsealableError


def is_current(sealed: str, purpose: str) -> bool:
    """Return whether the current secret alone opens it."""
    try:
        _key(_secrets()[0], purpose).decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True


def renewed(sealed: str, purpose: str) -> str:
    """Return a sealed text under the current secret; unchanged where it is so, or can't be opened.

    What no known secret opens is kept: the right fallback may come back.
    """
    if is_current(sealed, purpose):
        return sealed
    try:
        return seal(unseal(sealed, purpose), purpose)
    except UnsealableError:
        return sealed


def _secrets() -> list[str]:
    config = current_app.config
    return [str(config["SECRET_KEY"]), *map(str, config.get("SECRET_KEY_FALLBACKS") or [])]


@lru_cache(maxsize=32)
def _key(secret: str, purpose: str) -> Fernet:
    derived = HKDF(
        algorithm=SHA256(), length=32, salt=b"potluck sealing", info=purpose.encode()
    ).derive(secret.encode())
    return Fernet(urlsafe_b64encode(derived))
