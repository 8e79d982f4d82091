"""Earning rules in the staff console: what holds, what held, how campaigns stand."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from app.identity import queries as identity
from app.kernel import web
from app.kernel.errors import NotFoundError
from app.kernel.permissions import Permission
from app.loyalty import rules_shown, rules_words
from app.loyalty.queries import books, budgets, drafts
from app.loyalty.types import RuleBook

bp = Blueprint("loyalty_rules", __name__, url_prefix="/staff/rules")

VERSIONS = 20


@bp.get("")
@web.permission(Permission.RULES_SEE)
def rules() -> ResponseReturnValue:
    """Show the version that holds: its rules in plain words, campaigns, former versions."""
    book = books.current()
    versions = books.versions(VERSIONS)
    draft = drafts.draft()
    actors = {each.actor_id for each in versions if each.actor_id}
    if draft and draft.actor_id:
        actors.add(draft.actor_id)
    return render_template(
        "loyalty/staff_rules.html",
        book=book,
        groups=rules_shown.groups(book),
        campaigns=rules_shown.campaigns(book, budgets.standing(book.campaigns)),
        orders=list(rules_words.order_sentences(book)),
        versions=versions,
        people=identity.people(actors),
        draft=draft,
    )


@bp.get("/versions/<int:version>")
@web.permission(Permission.RULES_SEE)
def version(version: int) -> ResponseReturnValue:
    """Show a version, and how it differs from the one before.

    Raises:
        NotFoundError: there is no such version.
    """
    book = _book(version)
    told = next((each for each in books.versions(1_000) if each.version == version), None)
    before = books.get(version - 1) if version > 1 else None
    return render_template(
        "loyalty/staff_rule_version.html",
        book=book,
        told=told,
        author=identity.people([told.actor_id]).get(told.actor_id)
        if told and told.actor_id
        else None,
        is_running=books.current().version == version,
        changes=rules_words.differences(before, book) if before else [],
        groups=rules_shown.groups(book),
        campaigns=rules_shown.campaigns(book, budgets.standing(book.campaigns)),
        orders=list(rules_words.order_sentences(book)),
        next_url=url_for(".version", version=version + 1)
        if version < books.current().version
        else None,
    )


def _book(version: int) -> RuleBook:
    try:
        return books.get(version) if version < 2**31 else _missing()
    except LookupError:
        return _missing()


def _missing() -> RuleBook:
    raise NotFoundError


@bp.get("/campaigns/<key>")
@web.permission(Permission.RULES_SEE)
def campaign(key: str) -> ResponseReturnValue:
    """Show how a campaign's budget burns down.

    Raises:
        NotFoundError: the version that holds has no such campaign.
    """
    book = books.current()
    found = book.campaigns.get(key)
    if found is None:
        raise NotFoundError
    spent = budgets.standing([key])[key]
    return render_template(
        "loyalty/staff_campaign_figures.html",
        campaign=rules_shown.campaign_shown(found, spent, book),
        chart=rules_shown.burn_down(found),
        pace=rules_shown.pace(found, spent.spent),
    )
