"""Check-in for members: the calendar, the one tap, shields and cards, places in other pages."""

from app.checkin.routes import calendar, places, savers
from app.checkin.routes.blueprint import bp
from app.checkin.routes.places import grant_page_of, home_hero, me_card, page_of, saver_page_of

__all__ = [
    "bp",
    "calendar",
    "grant_page_of",
    "home_hero",
    "me_card",
    "page_of",
    "places",
    "saver_page_of",
    "savers",
]
