"""Letters as they look, with made-up news, for whoever of the team wants to see them."""

from dataclasses import dataclass

from app.kernel import mail
from app.kernel.i18n import gettext as _
from app.kernel.i18n import in_locale
from app.notify.service.mailing import DIGEST_PAGE, NOTICE_PAGE
from app.notify.types import GROUP_LABELS, Group, Said
from app.notify.types.highlights import Highlight

LETTERS = ("notice", "digest", "weekly")
NOWHERE = "/notices"


@dataclass(frozen=True, slots=True)
class Sample:
    """News of nobody."""

    title: str
    text: str = ""

    def say(self) -> Said:
        """Return the words."""
        return Said(self.title, self.text)

    def path(self) -> str:
        """Return where it leads."""
        return NOWHERE


@dataclass(frozen=True, slots=True)
class SampleSection:
    """News of nobody in one group."""

    label: object
    items: tuple[Sample, ...]


def letter_shown(name: str, locale: str) -> str:
    """Return the HTML form of a letter in a language."""
    with in_locale(locale):
        post = Sample(_("%(who)s replied to your post", who="小李"), "番茄牛腩锅")
        like = Sample(_("%(who)s liked your post", who="Bo"), "Tomato brisket pot")
        sections = [
            SampleSection(GROUP_LABELS[group], (item,))
            for group, item in ((Group.TALK, post), (Group.PEOPLE, like))
        ]
        posts = [
            Highlight("冬天第一锅", NOWHERE, "阿布"),
            Highlight("Dip lab", NOWHERE, "Ada", "en"),
        ]
        shared = {"name": "Mei", "stop_path": NOWHERE}
        if name == "notice":
            return mail.render_page(NOTICE_PAGE, post.title, locale, {"item": post, **shared})
        return mail.render_page(
            DIGEST_PAGE, post.title, locale,
            {
                "sections": sections, "top": post, "others": 1, "left_out": 2,
                "is_weekly": name == "weekly", "highlights": posts, **shared,
            },
        )  # fmt: skip
