"""What is known from elsewhere: entered or imported by staff, fingerprinted by the worker."""

import hashlib
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.kernel import audit, clock, ids, jobs
from app.kernel.bulk import insert_dicts
from app.kernel.db import changed, db, use_case
from app.kernel.errors import NotFoundError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Ref
from app.originality.policy import claims_csv, pictures, texts
from app.originality.queries import claims as claim_queries
from app.originality.queries import looking as queries
from app.originality.queries.looking import Alike, WaitingClaim
from app.originality.queries.tables import CLAIM, IMPORT
from app.originality.service import looking, prints
from app.originality.types import (
    MAX_FILE_BYTES,
    ClaimError,
    Kind,
    NewClaim,
    PhotoPrint,
    TextPrint,
    Work,
)

SWEEP = "originality.claims"
AT_ONCE = 25


@use_case
def add_claim(actor_id: int, new: NewClaim) -> int:
    """Enter something known from elsewhere; posts are compared with it within minutes.

    Raises:
        ClaimError: a text too short to be recognised, or a photo claim without a photo.
    """
    if new.kind is Kind.TEXT and not texts.shingles_of(new.text):
        raise ClaimError(
            _l("This text is too short to be recognised. Give at least %(n)s words or characters.",
               n=texts.MIN_TOKENS), "text",
        )  # fmt: skip
    if new.kind is Kind.PHOTO and new.media_id is None and new.photo_hash is None:
        raise ClaimError(_l("Add the photo, or its hash of sixteen hex digits."), "photo")
    row = _row(actor_id, new)
    db.session.execute(sa.insert(CLAIM), [row])
    audit.note(actor_id, "originality.claim_added", Ref("claim", row["id"]), kind=new.kind.value)
    jobs.nudge(SWEEP)
    return int(row["id"])


def _content(new: NewClaim) -> str:
    return new.text or f"{new.photo_hash or 0:016x}"


def _row(actor_id: int, new: NewClaim, import_id: int | None = None) -> dict[str, Any]:
    return {
        "id": ids.next_id(),
        "kind": new.kind.value,
        "label": new.label,
        "source_url": new.source_url,
        "published_on": new.published_on,
        "text": new.text,
        "media_id": new.media_id,
        "photo_hash": "" if new.photo_hash is None else f"{new.photo_hash:016x}",
        "state": Work.WAITING.value,
        "import_id": import_id,
        "added_by": actor_id,
        "added_at": clock.now(),
    }


@use_case
def retire_claim(actor_id: int, claim_id: int) -> None:
    """Compare nothing with a claim any more; open findings against it settle themselves.

    Raises:
        NotFoundError: there is none, or it is retired.
    """
    retired = changed(
        sa.update(CLAIM)
        .where(CLAIM.c.id == claim_id, CLAIM.c.retired_at.is_(None))
        .values(retired_at=clock.now())
    )
    if retired != 1:
        raise NotFoundError
    audit.note(actor_id, "originality.claim_retired", Ref("claim", claim_id))
    looking.ask(queries.open_like(claim_id=claim_id))


@use_case
def bring_claim_back(actor_id: int, claim_id: int) -> None:
    """Compare with a retired claim again.

    Raises:
        NotFoundError: there is none that is retired.
    """
    back = changed(
        sa.update(CLAIM)
        .where(CLAIM.c.id == claim_id, CLAIM.c.retired_at.is_not(None))
        .values(retired_at=None, state=Work.WAITING, import_id=None)
    )
    if back != 1:
        raise NotFoundError
    audit.note(actor_id, "originality.claim_back", Ref("claim", claim_id))
    jobs.nudge(SWEEP)


@use_case
def begin_import(actor_id: int, raw: bytes) -> str:
    """Take a file of claims in; return the import's code. The same file again: the first one's.

    Raises:
        ClaimError: it can't be read, or has no good line.
    """
    if len(raw) > MAX_FILE_BYTES:
        raise ClaimError(_l("This file is larger than 2 MB. Split it."), "file")
    digest = hashlib.sha256(raw).hexdigest()
    earlier = claim_queries.import_of_digest(digest)
    if earlier is not None:
        return earlier
    lines, faults = claims_csv.read(raw)
    known = claim_queries.known_contents([each.label for each in lines])
    lines = [each for each in lines if (each.label, _content(each)) not in known]
    row = {
        "id": ids.next_id(), "code": ids.new_code(), "digest": digest, "line_count": len(lines),
        "done_count": 0, "faults": [list(each) for each in faults[:50]], "made_by": actor_id,
        "made_at": clock.now(),
    }  # fmt: skip
    db.session.execute(sa.insert(IMPORT), [row])
    insert_dicts(CLAIM, [_row(actor_id, each, int(str(row["id"]))) for each in lines])
    subject = Ref("claim_import", int(str(row["id"])))
    audit.note(actor_id, "originality.claims_imported", subject, lines=len(lines))
    jobs.nudge(SWEEP)
    return str(row["code"])


# --- the worker ----------------------------------------------------------------------------------


def work_claims(limit: int = AT_ONCE) -> int:
    """Make the fingerprints of some claims; return how many. A re-runnable sweep."""
    waiting = queries.waiting_claims(limit)
    db.session.rollback()
    made = [(each, *_prints(each)) for each in waiting if not jobs.stopping()]
    return _write(made) if made else 0


def _prints(claim: WaitingClaim) -> tuple[Sequence[PhotoPrint], TextPrint]:
    if claim.kind is Kind.TEXT:
        return (), texts.print_of(claim.text)
    found: tuple[tuple[int, ...], int] | None = None
    if claim.sha256 is not None:
        found = prints.read_photo(claim.sha256, claim.widths)
    elif claim.photo_hash:
        number = int(claim.photo_hash, 16)
        found = ((number,), number)
    photos = [PhotoPrint(0, claim.sha256 or "", *found)] if found else []
    return photos, TextPrint(frozenset(), ())


@use_case
def _write(made: Sequence[tuple[WaitingClaim, Sequence[PhotoPrint], TextPrint]]) -> int:
    looking.one_by_one()
    done = 0
    for claim, photos, text in made:
        taken = changed(
            sa.update(CLAIM)
            .where(CLAIM.c.id == claim.id, CLAIM.c.state == Work.WAITING)
            .values(state=Work.DONE)
        )
        if taken != 1:
            continue
        done += 1
        prints.forget(claim_ids=[claim.id])
        prints.write(photos, text, claim_id=claim.id)
        looking.ask(_like(photos, text))
        if claim.import_id is not None:
            _count(claim.import_id)
    return done


def _count(import_id: int) -> None:
    is_last = IMPORT.c.done_count + 1 >= IMPORT.c.line_count
    changed(
        sa.update(IMPORT)
        .where(IMPORT.c.id == import_id)
        .values(
            done_count=IMPORT.c.done_count + 1,
            finished_at=sa.case((is_last, clock.now()), else_=None),
        )
    )


def _like(photos: Sequence[PhotoPrint], text: TextPrint) -> set[int]:
    """Return posts that are like a claim: they are looked at again."""
    found: set[int] = set()
    for photo in photos:
        for each in queries.alike(queries.photo_bands(photo.hashes, photo.mirrored)):
            if _is_photo(photo, each):
                found.add(each.thread_id or 0)
    bands = {queries.TEXT_BAND + n: [value] for n, value in enumerate(text.bands)}
    for each in queries.alike(bands):
        permille = texts.alike_permille(text.shingles, texts.unpacked(each.shingles))
        if permille >= texts.ALIKE_PERMILLE:
            found.add(each.thread_id or 0)
    return found - {0}


def _is_photo(photo: PhotoPrint, other: Alike) -> bool:
    return looking.near(photo.hashes, photo.mirrored, other) <= pictures.NEAR
