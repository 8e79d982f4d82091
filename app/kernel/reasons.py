"""Why points moved, in words: the domain that posts under a reason says what it means.

A statement stands on a low floor and prints reasons of every floor above it. So the reasons are a
registry: ``loyalty`` names its rules, the ledger asks here, and neither imports the other.
"""

from collections.abc import Callable
from dataclasses import dataclass

from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l

Explainer = Callable[[int | None], str]
"""Rule version (or None) -> one sentence that tells the rule, in the request's language."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What a reason means to a member.

    Attributes:
        label: a few words, lazily translated: "Check-in".
        icon: tabler name.
        explain: tells the rule behind it; None where the label says it all.
    """

    label: object
    icon: str
    explain: Explainer | None = None


_reasons: dict[str, Reason] = {}
_tellers: list[Callable[[str], Reason | None]] = []
_version_links: list[Callable[[int], str]] = []
_OTHER = Reason(_l("Points"), icon="coin")


def register(reason: str, meaning: Reason) -> None:
    """Name a reason. Called from a domain's manifest; the last one to speak is heard."""
    _reasons[reason] = meaning


def otherwise(teller: Callable[[str], Reason | None]) -> None:
    """Answer for reasons that are data and nobody registered. Called from a manifest."""
    if teller not in _tellers:
        _tellers.append(teller)


def meaning_of(reason: str) -> Reason:
    """Return what a reason means: its own entry, else that of its family.

    ``checkin.milestone.30`` is told as ``checkin.milestone`` where nobody named it more exactly.
    """
    name = reason
    while True:
        if name in _reasons:
            return _reasons[name]
        for teller in _tellers:
            if told := teller(name):
                return told
        if "." not in name:
            return _OTHER
        name = name.rpartition(".")[0]


def explain(reason: str, rule_version: int | None) -> str:
    """Return the sentence behind a reason, or an empty one."""
    teller = meaning_of(reason).explain
    return teller(rule_version) if teller else ""


def link_versions(link: Callable[[int], str]) -> None:
    """Say where a version of the rules can be read. Called from a manifest."""
    _version_links[:] = [link]


def version_url(rule_version: int | None) -> str | None:
    """Return where a version of the rules can be read; None without one."""
    known = rule_version is not None and _version_links
    return _version_links[0](rule_version or 0) if known else None


def version_label(rule_version: int | None) -> str:
    """Return the name of a rule version for a statement, or an empty text without one."""
    return "" if rule_version is None else str(_("Rules, version %(num)s", num=rule_version))
