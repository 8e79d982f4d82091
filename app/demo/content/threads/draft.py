"""How the handwritten posts are noted down."""

from collections.abc import Callable
from inspect import cleandoc

from app.demo.content.shown import goods_in
from app.demo.content.types import Answer, Kind, Post, Voice


def on(board: str) -> Callable[..., Post]:
    """Return a writer of posts for ``board``."""

    def post(
        kind: Kind, title: str, pictures: str, body: str, *replies: str | Answer, by: str = ""
    ) -> Post:
        language = "zh" if has_han(title) else "en"
        subjects = tuple(pictures.split())
        answers = tuple(r if isinstance(r, Answer) else Answer(r) for r in replies)
        text = cleandoc(body)
        goods = goods_in(board, title, subjects, text)
        return Post(board, kind, title, text, subjects, answers, language, by, goods)

    return post


def op(text: str) -> Answer:
    """Return a reply of the thread's own author."""
    return Answer(text, Voice.AUTHOR)


def house(text: str) -> Answer:
    """Return a reply of somebody who works for the brand."""
    return Answer(text, Voice.HOUSE)


def has_han(text: str) -> bool:
    """Return whether the text has Chinese characters."""
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)
