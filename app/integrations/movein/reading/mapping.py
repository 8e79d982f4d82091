"""The mapping file: what fields and boards are called here. TOML or JSON."""

import json
import tomllib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from app.integrations.movein.types import Kind, Options, PackageError, Text
from app.kernel.i18n import lazy_gettext as _l

MAX_BYTES = 1024 * 1024
KEYS = {"base_url", "boards", "fields", "text", "zone"}


def read_mapping(data: bytes) -> Options:
    """Return what a mapping file says.

    Raises:
        PackageError: it can't be read, or says something that makes no sense; it names what.
    """
    if len(data) > MAX_BYTES:
        raise PackageError(_l("The mapping file is over 1 MB."))
    try:
        text = data.decode("utf-8-sig")
        told = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise PackageError(_l("The mapping file is neither TOML nor JSON.")) from error
    if unknown := sorted(set(told) - KEYS):
        raise _nonsense(unknown[0])
    fields = told.get("fields", {})
    kinds = {kind.value for kind in Kind}
    if not isinstance(fields, dict) or not set(fields) <= kinds:
        raise _nonsense("fields")
    return Options(
        {kind: _texts(names, f"fields.{kind}") for kind, names in fields.items()},
        _texts(told.get("boards", {}), "boards"),
        _address(told.get("base_url", "")),
        _text(told.get("text")),
        _zone(told.get("zone")),
    )


def _nonsense(key: str) -> PackageError:
    return PackageError(_l("“%(key)s” in the mapping file makes no sense.", key=key[:60]))


def _texts(value: Any, key: str) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise _nonsense(key)
    if not all(isinstance(each, str) for each in value.values()):
        raise _nonsense(key)
    return {str(name): str(each) for name, each in value.items()}


def _address(value: Any) -> str:
    if not isinstance(value, str):
        raise _nonsense("base_url")
    try:
        parts = urlsplit(value)
    except ValueError as error:
        raise _nonsense("base_url") from error
    if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise _nonsense("base_url")
    return value.rstrip("/")


def _text(value: Any) -> Text | None:
    try:
        return Text(value) if value is not None else None
    except ValueError as error:
        raise _nonsense("text") from error


def _zone(value: Any) -> str | None:
    if value is None:
        return None
    try:
        ZoneInfo(str(value))
    except (ValueError, OSError, LookupError) as error:
        raise _nonsense("zone") from error
    return str(value)
