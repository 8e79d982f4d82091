"""The terms of reuse: versions that stay, because grants name them."""

import sqlalchemy as sa

from app.archive.queries.rights import current_terms
from app.archive.queries.tables import TERMS
from app.kernel import audit, clock
from app.kernel.db import db, use_case
from app.kernel.types import Ref


@use_case
def set_terms(actor_id: int, text_zh: str, text_en: str) -> int:
    """Write a new version of the terms; return its number. The same texts make no new version.

    Grants given before keep the version that was shown with them.
    """
    now = current_terms()
    if (now.text_zh.strip(), now.text_en.strip()) == (text_zh.strip(), text_en.strip()):
        return now.version
    version = now.version + 1
    db.session.execute(
        sa.insert(TERMS).values(
            version=version, text_zh=text_zh, text_en=text_en, set_by=actor_id,
            set_at=clock.now(),
        )
    )  # fmt: skip
    audit.note(actor_id, "archive.terms_set", Ref("reuse_terms", version))
    return version
