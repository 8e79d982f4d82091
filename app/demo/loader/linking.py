"""Shops know the sign-ins by names of their own: an e-mail address in an order told whose."""

from collections import Counter
from datetime import datetime

from app.commerce import queries as commerce
from app.demo.accounts import ACCOUNTS
from app.demo.loader.roll import Roll
from app.identity import service as identity
from app.identity.types import Buyer
from app.kernel.db import use_case

HANDLES = {0: "aju_chengdu", 1: "xiaoman_kitchen"}  # by number: as shops know them
SHOPS = 2  # of each, those he buys from most


@use_case
def link(roll: Roll, ends_at: datetime) -> None:
    """Link what is not linked yet, as their orders would."""
    codes = {channel.name: channel.code for channel in commerce.channels()}
    for account in ACCOUNTS:
        handle = HANDLES.get(account.member)
        member_id = roll.members.get(account.member)
        if handle is None or member_id is None:
            continue
        orders = commerce.my_orders(member_id).items
        bought = Counter(order.channel for order in orders)
        for name, _times in bought.most_common(SHOPS):
            first = min(order.paid_at for order in orders if order.channel == name)
            buyer = Buyer(handle, email=account.email)
            identity.resolve_buyers(codes[name], [buyer], at=min(first, ends_at))
