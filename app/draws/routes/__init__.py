"""Draws for members: lists, a draw, a try and its result, rules, the public proof."""

from app.draws.routes import pages, proofs
from app.draws.routes.blueprint import bp
from app.draws.routes.pages import draw_page_of, play_page_of, win_page_of

__all__ = ["bp", "draw_page_of", "pages", "play_page_of", "proofs", "win_page_of"]
