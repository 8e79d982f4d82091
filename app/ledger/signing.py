"""The key that signs checkpoints: Ed25519, this copy's own, readable by its owner only."""

import base64
import hashlib
import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from flask import current_app

FILE_NAME = "ledger_ed25519.pem"


def sign(text: str) -> str:
    """Return the signature of a text, base64."""
    return base64.b64encode(_key().sign(text.encode())).decode()


def is_signed(text: str, signature: str, public_key: str) -> bool:
    """Return whether a signature holds for a text and a raw public key (both base64)."""
    from cryptography.exceptions import InvalidSignature

    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key))
        key.verify(base64.b64decode(signature), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key() -> str:
    """Return the raw public key, base64."""
    return base64.b64encode(_key().public_key().public_bytes_raw()).decode()


def public_key_pem() -> str:
    """Return the public key as openssl reads it."""
    return (
        _key()
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def fingerprint_of(raw_key: str) -> str:
    """Return what a person compares: the SHA-256 of a raw public key (base64), in hex."""
    return hashlib.sha256(base64.b64decode(raw_key)).hexdigest()


def _key() -> Ed25519PrivateKey:
    path = _path()
    if not path.exists():
        _make(path)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        message = f"{path.name} holds no Ed25519 key: restore it from the backup"
        raise TypeError(message)
    return key


def _path() -> Path:
    folder: Path = current_app.config["POTLUCK"].instance_dir
    return folder / FILE_NAME


def _make(path: Path) -> None:
    """Write a new key; of two processes that try, the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(
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
