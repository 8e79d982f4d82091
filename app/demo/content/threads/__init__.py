"""The handwritten threads, board by board."""

from app.demo.content.threads import (
    dips,
    meetups,
    pot,
    questions,
    recipes,
    solo,
    tastings,
    unboxed,
)
from app.demo.content.types import Post

HANDWRITTEN: tuple[Post, ...] = (
    *pot.POSTS,
    *dips.POSTS,
    *solo.POSTS,
    *questions.POSTS,
    *recipes.POSTS,
    *meetups.POSTS,
    *tastings.POSTS,
    *unboxed.POSTS,
)
