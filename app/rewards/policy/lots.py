"""Who comes first in a draw of lots. Pure, and the whole of it: anybody can repeat it."""

import hashlib
from collections.abc import Sequence


def ranked(seed: str, codes: Sequence[str]) -> list[str]:
    """Return entry codes in the order of the draw: by SHA-256 of ``seed:code``, smallest first."""
    return sorted(codes, key=lambda code: hashlib.sha256(f"{seed}:{code}".encode()).hexdigest())
