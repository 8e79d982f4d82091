"""Forms of the mall."""

from app.rewards.forms.member import AddressForm, PlainForm, RedeemForm

__all__ = ["AddressForm", "PlainForm", "RedeemForm"]
