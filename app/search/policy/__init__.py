"""What words are: folding, tokens, queries, highlights. Pure."""

from app.search.policy.asking import phrases_of, read_query
from app.search.policy.folding import fold
from app.search.policy.pinyin import pinyin_of
from app.search.policy.showing import excerpt_of, highlighted
from app.search.policy.tokens import GAP, Tokens, latin_words, runs_of, tokens_of

__all__ = [
    "GAP",
    "Tokens",
    "excerpt_of",
    "fold",
    "highlighted",
    "latin_words",
    "phrases_of",
    "pinyin_of",
    "read_query",
    "runs_of",
    "tokens_of",
]
