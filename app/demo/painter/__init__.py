"""The painter: makes the demo's pictures from 3D emoji, clay and painted grounds.

Everything is drawn with Pillow alone, the same every time for one seed.
"""

from app.demo.painter.atelier import Picture, paint_pictures, paint_portraits, photos_in
from app.demo.painter.larder import LarderError, find_emoji

__all__ = [
    "LarderError",
    "Picture",
    "find_emoji",
    "paint_pictures",
    "paint_portraits",
    "photos_in",
]
