"""What operators have set for the community."""

from datetime import timedelta

from flask import current_app


def card_hosts() -> tuple[str, ...]:
    """Return the hosts whose pages become cards, with their sub-hosts; ``*`` means every host."""
    hosts: tuple[str, ...] = current_app.config["POTLUCK"].card_hosts
    return hosts


def quiet_edit_time() -> timedelta:
    """Return how long after posting a change is not marked: slips of the pen."""
    return timedelta(minutes=current_app.config["POTLUCK"].quiet_edit_minutes)


def history_is_public() -> bool:
    """Return whether everybody may see what a post said before."""
    return bool(current_app.config["POTLUCK"].public_history)


def welcomer() -> str:
    """Return the Yid of the person who welcomes first posts; empty: whoever of the team sees it."""
    yid: str = current_app.config["POTLUCK"].welcome_by
    return yid
