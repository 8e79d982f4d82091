"""Write rules that do not hold yet: one draft, many editors, and nobody overwrites another."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

import sqlalchemy as sa

from app.kernel import audit, clock
from app.kernel.db import changed, insert, use_case
from app.kernel.errors import ConflictError, NotFoundError
from app.kernel.types import Ref
from app.loyalty import policy
from app.loyalty.policy import comparing
from app.loyalty.queries import books, drafts
from app.loyalty.queries.drafts import DRAFT, THE_ONE
from app.loyalty.service.books import publish
from app.loyalty.types import Campaign, Expiry, Rule, RuleBook
from app.loyalty.types.drafts import (
    Change,
    Draft,
    DraftRefusedError,
    Finding,
    Part,
    StaleDraftError,
)

TRIES = 4


@use_case
def start(*, actor_id: int) -> Draft:
    """Begin a draft from the version that holds; the one that is there already, if there is one."""
    book = books.current()
    done = changed(
        insert(DRAFT)
        .values(
            id=THE_ONE,
            based_on=book.version,
            revision=secrets.randbelow(2**30) + 1,  # a form of an earlier draft never fits
            body=policy.written(book),
            actor_id=actor_id,
            changed_at=clock.now(),
        )
        .on_conflict_do_nothing()
    )
    if done:
        audit.note(actor_id, "rules.draft_started", Ref("rules", book.version))
    found = drafts.draft()
    assert found is not None  # noqa: S101 - it was made, or it was there
    return found


@use_case
def drop(*, revision: int, actor_id: int) -> None:
    """Throw the draft away.

    Raises:
        StaleDraftError: somebody changed it after it was looked at.
    """
    if not changed(sa.delete(DRAFT).where(DRAFT.c.id == THE_ONE, DRAFT.c.revision == revision)):
        raise StaleDraftError
    audit.note(actor_id, "rules.draft_dropped")


def mark_of(part: Rule | Campaign | RuleBook | None) -> str:
    """Return what tells whether a part of the draft has changed since a form showed it."""
    if part is None:
        return "new"
    if isinstance(part, Rule):
        body = policy.written_rule(part)
    elif isinstance(part, Campaign):
        body = policy.written_campaign(part)
    else:
        whole = policy.written(part)
        body = {name: whole[name] for name in ("minor_per_point", "order_expiry")}
    return policy.digest_of(body)[:16]


@use_case
def save_rule(rule: Rule, *, seen: str, actor_id: int) -> list[Finding]:
    """Put a rule into the draft.

    Args:
        rule: as it shall be; it keeps its action for ever.
        seen: :func:`mark_of` the rule when its form was shown.
        actor_id: who.

    Returns:
        What is doubtful about it.

    Raises:
        NotFoundError: there is no draft.
        StaleDraftError: somebody changed this rule meanwhile.
        DraftRefusedError: it has errors; nothing was changed.
    """

    def change(book: RuleBook) -> RuleBook:
        known = book.rules.get(rule.key)
        if mark_of(known) != seen or (known and known.action != rule.action):
            raise StaleDraftError
        return replace(book, rules=MappingProxyType({**book.rules, rule.key: rule}))

    return _save(change, Part.RULE, rule.key, actor_id)


@use_case
def save_campaign(campaign: Campaign, *, seen: str, actor_id: int) -> list[Finding]:
    """Put a campaign into the draft; see :func:`save_rule`."""

    def change(book: RuleBook) -> RuleBook:
        if mark_of(book.campaigns.get(campaign.key)) != seen:
            raise StaleDraftError
        campaigns = {**book.campaigns, campaign.key: campaign}
        return replace(book, campaigns=MappingProxyType(campaigns))

    return _save(change, Part.CAMPAIGN, campaign.key, actor_id)


@use_case
def save_orders(minor_per_point: int, expiry: Expiry, *, seen: str, actor_id: int) -> list[Finding]:
    """Put the rate of orders into the draft; see :func:`save_rule`."""

    def change(book: RuleBook) -> RuleBook:
        if mark_of(book) != seen:
            raise StaleDraftError
        return replace(book, minor_per_point=minor_per_point, order_expiry=expiry)

    return _save(change, Part.ORDERS, "", actor_id)


@use_case
def leave_out(part: Part, key: str, *, actor_id: int) -> None:
    """Take something out of the draft that no version ever had.

    Raises:
        NotFoundError: there is no draft, or nothing of that name in it.
        ConflictError: a version has it: it can only be turned off.
    """
    before = books.current()
    if key in (before.rules if part is Part.RULE else before.campaigns):
        raise ConflictError

    def change(book: RuleBook) -> RuleBook:
        if key not in (book.rules if part is Part.RULE else book.campaigns):
            raise NotFoundError
        return comparing.with_changes(book, [Change(part, key, None, None)])

    _write(change, actor_id)
    audit.note(actor_id, "rules.draft_left_out", part=part.value, key=key)


def _save(
    change: Callable[[RuleBook], RuleBook], part: Part, key: str, actor_id: int
) -> list[Finding]:
    after = _write(change, actor_id)
    own = [each for each in drafts.findings(after) if (each.part, each.key) == (part, key)]
    if any(each.is_error for each in own):
        raise DraftRefusedError(tuple(own))
    audit.note(actor_id, "rules.draft_saved", part=part.value, key=key)
    return own


def _write(change: Callable[[RuleBook], RuleBook], actor_id: int) -> RuleBook:
    """Change the draft as it is now; another editor's part, saved meanwhile, stays."""
    for _attempt in range(TRIES):
        found = drafts.draft()
        if found is None:
            raise NotFoundError
        after = change(found.book)
        if _put(after, found, actor_id):
            return after
    raise StaleDraftError


def _put(book: RuleBook, seen: Draft, actor_id: int) -> bool:
    done = changed(
        sa.update(DRAFT)
        .where(DRAFT.c.id == THE_ONE, DRAFT.c.revision == seen.revision)
        .values(
            body=policy.written(book),
            based_on=book.version,
            revision=seen.revision + 1,
            actor_id=actor_id,
            changed_at=clock.now(),
        )
    )
    return bool(done)


@use_case
def rebase(*, revision: int, actor_id: int) -> tuple[list[Change], list[Change]]:
    """Put the draft's changes on top of the version that holds now.

    Returns:
        The changes that are in the draft now, and those that are not any more, because the other
        version changed the same part in another way.

    Raises:
        NotFoundError: there is no draft.
        StaleDraftError: somebody changed it after it was looked at.
    """
    found = drafts.draft()
    if found is None:
        raise NotFoundError
    if found.revision != revision:
        raise StaleDraftError
    after, kept, lost = comparing.rebased(books.get(found.based_on), books.current(), found.book)
    if not _put(after, found, actor_id):
        raise StaleDraftError
    audit.note(actor_id, "rules.draft_rebased", kept=len(kept), lost=len(lost))
    return kept, lost


@use_case
def publish_draft(*, note: str, revision: int, actor_id: int) -> int:
    """Let the draft hold from the next act on; return its version.

    Raises:
        NotFoundError: there is no draft.
        StaleDraftError: somebody changed it after it was looked at.
        StaleBookError: another version was published meanwhile: rebase it first.
        DraftRefusedError: it has errors, by now; the running version keeps running.
    """
    found = drafts.draft()
    if found is None:
        raise NotFoundError
    if found.revision != revision:
        raise StaleDraftError
    wrong = tuple(each for each in drafts.findings(found.book) if each.is_error)
    if wrong:
        raise DraftRefusedError(wrong)
    version = publish(found.book, note=note, actor_id=actor_id)
    done = changed(sa.delete(DRAFT).where(DRAFT.c.id == THE_ONE, DRAFT.c.revision == revision))
    if not done:
        raise StaleDraftError
    return version
