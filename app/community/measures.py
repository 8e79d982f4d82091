"""What the community counts for loyalty."""

from app.community.queries import advocacy
from app.loyalty.queries import counted


def register() -> None:
    """Answer for what members do for others."""
    counted.register("accepted_posts", advocacy.accepted_posts)
    counted.register("help_given", advocacy.help_given)
    counted.register("verified_exposure", advocacy.verified_exposure)
