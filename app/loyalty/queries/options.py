"""What the act log's attributes are called today: names of boards and hot topics by id."""

from collections.abc import Sequence

from app.loyalty.types import actions
from app.loyalty.types.actions import Option
from app.loyalty.types.doings import Doing


def options_of(attribute: str) -> Sequence[Option]:
    """Return the values that an attribute of a thread has, with their names; none if there is none.

    One statement, that of the domain that knows them.
    """
    action = actions.find(Doing.POST.action)
    for each in action.attributes if action else ():
        if each.key == attribute and each.options is not None:
            return each.options()
    return []
