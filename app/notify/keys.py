"""The key that signs messages to browsers (VAPID): P-256, this copy's own, in ``instance/``.

Browsers are given its public part when they subscribe and take messages from its owner only: a new
key means that everybody must turn messages on again, so it belongs into the backup.
"""

import os
from email.utils import parseaddr
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask import current_app

from app.notify.webpush import b64, raw_public

FILE_NAME = "push_p256.pem"


def push_key() -> ec.EllipticCurvePrivateKey:
    """Return the key; the first call of all makes it."""
    folder: Path = current_app.config["POTLUCK"].instance_dir
    return _loaded(folder / FILE_NAME)


def public_push_key() -> str:
    """Return the public key as a browser takes it: base64url of 65 bytes."""
    return b64(raw_public(push_key()))


def operator_contact() -> str:
    """Return where a push service may reach us: the sender's address of the letters."""
    return f"mailto:{parseaddr(current_app.config['POTLUCK'].mail_from)[1]}"


@lru_cache(maxsize=4)
def _loaded(path: Path) -> ec.EllipticCurvePrivateKey:
    if not path.exists():
        _make(path)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        message = f"{path.name} holds no P-256 key: restore it from the backup"
        raise TypeError(message)
    return key


def _make(path: Path) -> None:
    """Write a new key; of two processes that try, the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    own = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(own, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(own, path)  # never replaces a key that stands: complete or not there at all
    except FileExistsError:
        pass
    finally:
        own.unlink()
