"""A post that fills in one of the composer's templates is known by its words, and rules may pay."""

import pytest

from app.community import service as community
from app.community.policy.beginnings import begun_with
from app.community.types.kinds import KINDS, ThreadKind
from app.identity.types import MemberRow
from app.kernel import i18n
from app.kernel.db import db
from app.ledger import queries as ledger
from app.loyalty.types import Compare, Condition
from tests.factories.community import some_boards
from tests.factories.loyalty import use_rules
from tests.factories.rules import a_rule

ALL = [
    (code, kind, template.key)
    for code in i18n.LOCALES
    for kind, face in KINDS.items()
    for template in face.templates
]


@pytest.mark.parametrize(("code", "kind", "key"), ALL)
def test_every_template_is_known_once_it_is_filled_in(
    app: object, code: str, kind: ThreadKind, key: str
) -> None:
    with i18n.in_locale(code):
        body = next(str(each.body) for each in KINDS[kind].templates if each.key == key)
    assert begun_with(kind, body) == ""  # as it came: nothing was said yet
    filled = (
        body.replace("…", "番茄和一点点花椒油", 1).replace("…", "就这样")
        + "\n\n真的很香，下次还做。"
    )
    assert begun_with(kind, filled) == key
    assert begun_with(kind, "今天随便做了点，味道不错，大家可以试试看。") == ""


def test_a_rule_pays_for_filling_in_a_template(alice: MemberRow) -> None:
    some_boards()
    use_rules(
        a_rule("thread.published", 10, slot="post"),
        a_rule(
            "template.bonus", 5, action="thread.published", slot="template",
            conditions=(Condition("from_template", Compare.IS, value=True),),
        ),
    )  # fmt: skip
    plain = "今天随便做了点，味道不错，大家可以试试看。"
    community.publish_thread(alice.id, "pot", "一锅", plain)
    db.session.rollback()
    before = ledger.balance(alice.id).available
    with i18n.in_locale("en"):
        body = str(KINDS[ThreadKind.NOTE].templates[0].body)
    filled = body.replace("…", "noodles with pepper", 1).replace("…", "leeks")
    community.publish_thread(alice.id, "pot", "二锅", filled)
    db.session.rollback()
    assert ledger.balance(alice.id).available - before == 15
