"""Forms of the mall."""

from app.rewards.forms.member import AddressForm, EntryForm, PiecesForm, PlainForm, RedeemForm

__all__ = ["AddressForm", "EntryForm", "PiecesForm", "PlainForm", "RedeemForm"]
