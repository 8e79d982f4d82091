"""Forms of the mall."""

from app.rewards.forms.member import AddressForm, EntryForm, PlainForm, RedeemForm

__all__ = ["AddressForm", "EntryForm", "PlainForm", "RedeemForm"]
