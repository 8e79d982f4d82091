"""Which words of a post may become a topic."""

import re
import unicodedata
from collections.abc import Collection

from app.ops.policy.stop import STOP, SURNAMES

LONGEST = 24
FEWEST_LATIN = 3
MOST_PER_POST = 400
FULL_NAME = (2, 3)
HAN = re.compile(r"[\u3400-\u9fff]+")
TAG = re.compile(r"[#＃]([^\s#＃.,;:!?，。；：！？、]{1,40})")
DIGIT = re.compile(r"\d")
LATIN = re.compile(r"[a-z]+(?:'[a-z]+)?")
# What names or reaches somebody: addresses, links, people by Yid or name, numbers of any length.
NOT_WORDS = re.compile(
    r"[#＃][^\s#＃]{1,40}[#＃]?"
    r"|https?://\S+|www\.\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|[@＠][^\s@＠，。！？,.!?]{1,24}"
    r"|(?:微信|wechat|vx|qq|电话|手机)\s*[:：]?\s*[\w-]{4,}|\w*\d\w*",
    re.IGNORECASE,
)


def terms_of(text: str, names: Collection[str] = ()) -> set[str]:
    """Return the words of a text that may become a topic, each once, folded.

    Chinese words of two signs and more, as jieba cuts them, Latin words of three letters and more,
    tags as they are. Left out: stop words, full names, ``names``, whatever has a digit or reaches
    somebody.

    Args:
        text: plain text.
        names: folded names of people.
    """
    import rjieba  # its dictionary is loaded by whoever mines, not by every process

    whole = unicodedata.normalize("NFKC", text).casefold()
    folded = NOT_WORDS.sub(" ", whole)
    found = {word for word in LATIN.findall(folded) if len(word) >= FEWEST_LATIN}
    found |= {tag for tag in TAG.findall(whole) if len(tag) > 1 and not DIGIT.search(tag)}
    for run in HAN.findall(folded):
        found |= {
            word for word, kind in rjieba.tag(run) if len(word) > 1 and not _is_name(word, kind)
        }
    few = sorted(word for word in found if len(word) <= LONGEST and word not in STOP)
    return set(few[:MOST_PER_POST]) - set(names)


def _is_name(word: str, kind: str) -> bool:
    return kind == "nr" and len(word) in FULL_NAME and word[0] in SURNAMES
