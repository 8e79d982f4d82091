"""How much more people write about something than before.

The log-odds ratio with an informative Dirichlet prior: Monroe, Colaresi, Quinn, *Fightin' Words*,
Political Analysis 16 (2008), pp. 372-403, equations 16, 19 and 22. Instead of words we count posts
that have a word (once a post), this week against the four weeks before. The prior is the word's
share of all five weeks, so that rare words need more evidence than common ones::

    a_w   = a_0 · (y_now + y_before) / (n_now + n_before)
    delta = ln((y_now + a_w) / (n_now + a_0 - y_now - a_w))
          - ln((y_before + a_w) / (n_before + a_0 - y_before - a_w))
    z     = delta / sqrt(1 / (y_now + a_w) + 1 / (y_before + a_w))
"""

import math

PRIOR = 100.0
"""a_0: how many mentions the prior weighs."""

LEAST_Z = 1.282
"""One-sided ten per cent of the normal distribution: worth a look by a person, not a proof."""

LEAST_AUTHORS = 3
LEAST_POSTS = 3


def rising(now: int, before: int, all_now: int, all_before: int, prior: float = PRIOR) -> float:
    """Return z: how surely something is written about more than before; 0 where nothing is known.

    Args:
        now: posts of this week that have it.
        before: posts of the weeks before.
        all_now: mentions of anything this week: the sum of ``now`` over all words.
        all_before: the same of the weeks before.
        prior: how many mentions the prior weighs.
    """
    total = all_now + all_before
    if total <= 0 or now + before <= 0:
        return 0.0
    a_w = prior * (now + before) / total
    rest_now, rest_before = all_now + prior - now - a_w, all_before + prior - before - a_w
    if rest_now <= 0 or rest_before <= 0:  # the word is all that is written
        return 0.0
    delta = math.log((now + a_w) / rest_now) - math.log((before + a_w) / rest_before)
    return delta / math.sqrt(1 / (now + a_w) + 1 / (before + a_w))
