"""The demo's sign-ins, and the contacts of everybody else."""

from dataclasses import dataclass

from app.demo.content.people import PEOPLE
from app.kernel.permissions import Role

PASSWORD = "tonight-we-simmer-7"  # noqa: S105 - of demo accounts, printed on their sign-in page
DOMAIN = "pot.example"  # nobody can own it: RFC 2606


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody whom a visitor may sign in as.

    Attributes:
        member: his number in the plan.
    """

    member: int
    role: Role
    email: str

    @property
    def name(self) -> str:
        """Return the name that others see."""
        return PEOPLE[self.member].name


ACCOUNTS = (
    Account(0, Role.FAN, f"fan@{DOMAIN}"),
    Account(1, Role.KOC, f"koc@{DOMAIN}"),
    Account(2, Role.MODERATOR, f"mod@{DOMAIN}"),
    Account(3, Role.ADMINISTRATOR, f"admin@{DOMAIN}"),
)
HOUSE = 3  # number of the member who owns the demo's pictures


def email_of(member: int) -> str:
    """Return the e-mail address of a member of the plan."""
    if member < len(ACCOUNTS):
        return ACCOUNTS[member].email
    return f"member{member:05d}@{DOMAIN}"
