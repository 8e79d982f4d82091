"""Where a load stands: facts say how far it got, a file which picture is which."""

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app.demo.events import DemoBegun, DemoLoaded, DemoMovedOn
from app.kernel import facts
from app.kernel.db import db
from app.kernel.facts import FactRow
from app.kernel.types import Ref


@dataclass(frozen=True, slots=True)
class Standing:
    """A load that was begun.

    Attributes:
        told: happenings of the plan that are in.
    """

    load_id: int
    begun: DemoBegun
    told: int
    is_complete: bool


def standing() -> Standing | None:
    """Return how far the newest load got, or None when there was none. At most three statements."""
    begun = _newest(DemoBegun.name)
    if begun is None:
        return None
    load_id, payload = begun
    moved, loaded = _newest(DemoMovedOn.name), _newest(DemoLoaded.name)
    return Standing(
        load_id,
        DemoBegun(**payload),
        moved[1]["told"] if moved and moved[1]["load_id"] == load_id else 0,
        loaded is not None and loaded[1]["load_id"] == load_id,
    )


def told_of(load_id: int) -> int:
    """Return how many happenings of a load are in. One statement."""
    moved = _newest(DemoMovedOn.name)
    return moved[1]["told"] if moved and moved[1]["load_id"] == load_id else 0


def _newest(name: str) -> tuple[int, dict[str, Any]] | None:
    row = db.session.execute(
        sa.select(FactRow.id, FactRow.payload)
        .where(FactRow.name == name)
        .order_by(FactRow.id.desc())
        .limit(1)
    ).one_or_none()
    return (row.id, json.loads(row.payload)) if row else None


def note(fact: DemoBegun | DemoMovedOn | DemoLoaded) -> int:
    """Note a step in the current transaction; return the fact's id."""
    load_id = getattr(fact, "load_id", None)
    return facts.publish(fact, subject=Ref("demo", load_id) if load_id else None)


# --- the file --------------------------------------------------------------------------------


@dataclass(slots=True)
class Shelf:
    """Which stored photo shows which picture, for one database.

    Attributes:
        load_id: of the load that stored them; photos of another one are not there.
        photos: picture's key -> media id.
        faces: portrait's key -> media id and content hash.
    """

    load_id: int
    photos: dict[str, int] = field(default_factory=dict)
    faces: dict[str, tuple[int, str]] = field(default_factory=dict)
    is_complete: bool = False


def demo_dir() -> Path:
    """Return the folder for what the demo fetches and paints."""
    folder: Path = current_app.config["POTLUCK"].instance_dir / "demo"
    return folder


def _file() -> Path:
    return demo_dir() / "state.json"


def _database() -> str:
    uri: str = current_app.config["SQLALCHEMY_DATABASE_URI"]
    return hashlib.sha256(uri.encode()).hexdigest()[:12]


def _shelves() -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def shelf_of(load_id: int) -> Shelf:
    """Return what was stored for a load; an empty shelf at first."""
    kept = _shelves().get(_database())
    if not kept or kept["load_id"] != load_id:
        return Shelf(load_id)
    faces = {key: (face[0], face[1]) for key, face in kept["faces"].items()}
    return Shelf(load_id, kept["photos"], faces, kept["is_complete"])


def keep_shelf(shelf: Shelf) -> None:
    """Write the shelf down: whole or not at all."""
    kept = {
        "load_id": shelf.load_id,
        "photos": shelf.photos,
        "faces": shelf.faces,
        "is_complete": shelf.is_complete,
    }
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.part")
    draft.write_text(json.dumps({**_shelves(), _database(): kept}, indent=1), encoding="utf-8")
    draft.replace(path)


def is_loaded() -> bool:
    """Return whether this database holds a complete demo.

    A look at the file; one statement more where it says yes, as the database may be another now.
    """
    kept = _shelves().get(_database())
    if not kept or not kept["is_complete"]:
        return False
    found = sa.select(FactRow.id).where(
        FactRow.id == kept["load_id"], FactRow.name == DemoBegun.name
    )
    return db.session.scalar(found) is not None
