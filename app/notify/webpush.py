"""A message to a browser: encrypted for it alone (RFC 8291), signed as ours (RFC 8292).

Pure functions on ``cryptography``; docs/decisions/web-push.md says why there is no library.
"""

import base64
import json
import os
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RECORD_SIZE = 4_096
MAX_PAYLOAD = 2_800  # what every service takes once it is encrypted
POINT, AUTH = 65, 16  # bytes of a public key and of the browser's secret
TOKEN_LIVES = timedelta(hours=12)


class BadKeyError(ValueError):
    """The browser's keys are none."""


def b64(data: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """Read base64url with or without padding.

    Raises:
        BadKeyError: it is none.
    """
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise BadKeyError from error


def check_keys(p256dh: str, auth: str) -> None:
    """Refuse keys with which nothing could be encrypted.

    Raises:
        BadKeyError: a point that is not on the curve, a secret of another length.
    """
    _point(unb64(p256dh))
    if len(unb64(auth)) != AUTH:
        raise BadKeyError


def _point(data: bytes) -> ec.EllipticCurvePublicKey:
    if len(data) != POINT:
        raise BadKeyError
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadKeyError from error


def raw_public(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return the public key as 65 bytes."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def encrypt(
    text: bytes,
    p256dh: str,
    auth: str,
    *,
    key: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """Return a text as only one browser can read it (``aes128gcm``, one record).

    Args:
        text: at most :data:`MAX_PAYLOAD` bytes.
        p256dh: the browser's public key, base64url.
        auth: the browser's secret, base64url.
        key: of this message; None: a new one, as it must be outside of tests.
        salt: of this message; None: a new one.

    Raises:
        BadKeyError: the browser's keys are none.
        ValueError: the text is too long.
    """
    if len(text) > MAX_PAYLOAD:
        message = f"a message has at most {MAX_PAYLOAD} bytes, got {len(text)}"
        raise ValueError(message)
    theirs, secret = unb64(p256dh), unb64(auth)
    ours, salt = key or ec.generate_private_key(ec.SECP256R1()), salt or os.urandom(16)
    shared = ours.exchange(ec.ECDH(), _point(theirs))
    own_point = raw_public(ours)
    seed = _derive(shared, secret, b"WebPush: info\0" + theirs + own_point, 32)
    content_key = _derive(seed, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(seed, salt, b"Content-Encoding: nonce\0", 12)
    sealed = AESGCM(content_key).encrypt(nonce, text + b"\x02", None)  # 2: the last record
    return salt + RECORD_SIZE.to_bytes(4, "big") + bytes([POINT]) + own_point + sealed


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


def authorization(
    key: ec.EllipticCurvePrivateKey, endpoint: str, contact: str, now: datetime
) -> str:
    """Return the ``Authorization`` header that says that a message is from us.

    Args:
        key: this house's own; browsers were given its public part when they subscribed.
        endpoint: where the message goes: the token is good there only.
        contact: ``mailto:`` or ``https:`` address for the service's operators.
        now: the token is good for twelve hours from here.
    """
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + TOKEN_LIVES).timestamp()),
        "sub": contact,
    }
    body = f"{_json({'typ': 'JWT', 'alg': 'ES256'})}.{_json(claims)}"
    r, s = decode_dss_signature(key.sign(body.encode(), ec.ECDSA(SHA256())))
    signed = b64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={body}.{signed}, k={b64(raw_public(key))}"


def _json(value: dict[str, object]) -> str:
    return b64(json.dumps(value, separators=(",", ":")).encode())
