"""What the demo community says and sells: boards, people, posts, replies, products.

Plain data in two languages, and a composer that writes as many more posts as are wanted.
"""

from app.demo.content.boards import BOARDS, BRAND, CLUB
from app.demo.content.composer import Composer
from app.demo.content.people import PEOPLE, person
from app.demo.content.shop import CHANNELS, PRODUCTS
from app.demo.content.threads import HANDWRITTEN

__all__ = [
    "BOARDS",
    "BRAND",
    "CHANNELS",
    "CLUB",
    "HANDWRITTEN",
    "PEOPLE",
    "PRODUCTS",
    "Composer",
    "person",
]
