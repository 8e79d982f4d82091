"""What members do in circles that rules may pay for."""

from app.circles import queries, service
from app.kernel.i18n import lazy_gettext as _l
from app.ledger.types import Fund
from app.loyalty.types import actions
from app.loyalty.types.actions import Action, Attribute, AttributeKind


def register() -> None:
    """Name them. Leaving takes back what joining earned; once a circle, however often."""
    circle = Attribute("circle", _l("Circle"), AttributeKind.CHOICE, queries.options)
    actions.register(
        Action(service.JOINED, _l("Joined a circle"), "users", Fund.CONTENT, (circle,))
    )
