"""Which words of a post may become a topic."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from app.ops.policy.stop import FOOD_ENDS, MORE_SURNAMES, NICKNAMES, STOP, SURNAMES

LONGEST = 24
FEWEST_LATIN = 3
MOST_PER_POST = 400
FULL_NAME = (2, 3)
SHORTEST_PHRASE, LONGEST_PHRASE = 3, 8  # signs
NOUNS = frozenset({"n", "nz", "vn", "nt", "l", "nw"})
BEFORE_NOUN = NOUNS | {"a", "an", "b", "v", "z", "ns", "s", "f"}
"""What may stand before a noun in a phrase: "牛油 锅底", "自热 火锅", "青 花椒"."""

Token = tuple[str, str]
"""A word as jieba cuts it, and its kind."""
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
    tags as they are, and phrases of two or three words that stand side by side ("牛油锅底",
    "sesame paste").
    Left out: stop words, full names, ``names``, whatever has a digit or reaches somebody.

    Args:
        text: plain text.
        names: folded names of people.
    """
    import rjieba  # its dictionary is loaded by whoever mines, not by every process

    whole = unicodedata.normalize("NFKC", text).casefold()
    folded = NOT_WORDS.sub(" ", whole)
    found = set(_latin(folded, names))
    found |= {tag for tag in TAG.findall(whole) if len(tag) > 1 and not DIGIT.search(tag)}
    for run in HAN.findall(folded):
        found |= set(_han(rjieba.tag(run), rjieba.has_word))
    few = sorted(word for word in found if len(word) <= LONGEST and word not in STOP)
    return set(few[:MOST_PER_POST]) - set(names)


def swallowed(posts: Mapping[str, int]) -> set[str]:
    """Return words that rise only as a part of a phrase that rises: the phrase says more.

    Args:
        posts: word or phrase -> this week's posts that have it; a phrase swallows its words when it
            stands in four of five of their posts.
    """
    return {
        word
        for word, count in posts.items()
        for phrase, together in posts.items()
        if word != phrase and word in phrase and together * 5 >= count * 4
    }


def _latin(text: str, names: Collection[str]) -> Iterator[str]:
    """Yield Latin words, and two or three of them with single spaces between."""
    end, before, longer = -1, "", ""
    for match in LATIN.finditer(text):
        word = match[0]
        says = len(word) >= FEWEST_LATIN and word not in STOP and word not in names
        if says:
            yield word
        pair = f"{before} {word}" if says and before and text[end : match.start()] == " " else ""
        if pair:
            yield pair
            if longer:
                yield f"{longer} {word}"
        end, before, longer = match.end(), word if says else "", pair


def _han(tokens: Sequence[Token], is_known: Callable[[str], bool]) -> Iterator[str]:
    """Yield words of a run of signs, and a noun with one or two words before it."""
    yield from (
        word for word, kind in tokens if len(word) > 1 and not _is_name(word, kind, is_known)
    )
    longer = ""  # the phrase that ends with the first of the two
    for (first, kind), (second, noun) in pairwise(tokens):
        goes = kind in BEFORE_NOUN and not (kind == "v" and len(first) == 1)
        says = goes and noun in NOUNS and not {first, second} & STOP
        is_phrase = says and SHORTEST_PHRASE <= len(first + second) <= LONGEST_PHRASE
        if is_phrase:
            yield first + second
            if longer and len(longer + second) <= LONGEST_PHRASE:
                yield longer + second
        longer = first + second if is_phrase else ""


def _is_name(word: str, kind: str, is_known: Callable[[str], bool]) -> bool:
    """Return whether somebody is called so: 王小明, 张伟, 小周, 阿明, 周晓雯.

    jieba takes many dishes for names (胡萝卜, 毛血旺), so surnames that food begins with too count
    only where nothing edible ends the word, and in words of two signs only where jieba's dictionary
    does not know it.
    """
    if kind != "nr" and not (word[0] in NICKNAMES and kind == "t"):
        return False
    if len(word) not in FULL_NAME:
        return False
    if word[0] in SURNAMES:
        return True
    if word[0] in NICKNAMES and len(word) == FULL_NAME[0]:
        return word[1] in SURNAMES or word[1] in MORE_SURNAMES or word[0] == "阿"
    if word[0] not in MORE_SURNAMES or word[-1] in FOOD_ENDS:
        return False
    return len(word) == FULL_NAME[1] or not is_known(word)
