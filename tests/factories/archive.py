"""Rights for tests."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from app.archive import service
from app.archive.types import Grant, Scope, SelectionDraft, Term, UseDraft
from app.identity.types import MemberRow
from tests.factories.community import a_thread

ALL = tuple(Scope)


def a_grant(
    author: MemberRow, code: str, scopes: Sequence[Scope] = (Scope.SHOPS,), **more: Any
) -> None:
    """Let an author grant the use of a post under the house's own terms."""
    service.answer(author.id, code, Grant(True, scopes, more.pop("term", Term.YEAR), **more))


def a_granted_thread(
    author: MemberRow, scopes: Sequence[Scope] = (Scope.SHOPS,), **more: Any
) -> tuple[int, str]:
    """Publish a post and grant its use; return its id and code."""
    term, credit = more.pop("term", Term.YEAR), more.pop("credit", "")
    made = a_thread(author, **more)
    a_grant(author, made.thread_code, scopes, term=term, credit=credit)
    return made.thread_id, made.thread_code


def a_use(scope: Scope = Scope.SHOPS, until_on: date | None = date(2026, 10, 1)) -> UseDraft:
    """Return a use that begins on the first of September."""
    return UseDraft(scope, "店铺首页第一屏", "https://shop.example/", date(2026, 9, 1), until_on)


def a_selection(actor: MemberRow, scope: Scope = Scope.SHOPS) -> str:
    """Begin a selection; return its code."""
    return service.create_selection(actor.id, SelectionDraft("十二月", "冬至", scope))
