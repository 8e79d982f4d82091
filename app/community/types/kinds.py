"""Kinds of threads: what each is for, and how a first one begins."""

from dataclasses import dataclass
from enum import StrEnum

from app.kernel.i18n import lazy_gettext as _l

MAX_STEPS = 20
MAX_STEP = 2_000  # characters of a step
MAX_CAPTION = 120


class ThreadKind(StrEnum):
    """What a thread is. Stored; what search engines are told follows from it."""

    NOTE = "note"
    DISCUSSION = "discussion"
    HOWTO = "howto"
    QUESTION = "question"
    REMIX = "remix"


@dataclass(frozen=True, slots=True)
class Template:
    """A way to begin: what goes into the text, with gaps to fill."""

    key: str
    label: object
    body: object


@dataclass(frozen=True, slots=True)
class KindFace:
    """How the composer shows a kind; all words lazily translated.

    Attributes:
        icon: tabler name.
        help: what it is for, in a few words.
        title_hint, body_hint: the empty fields.
        prompt: a kind nudge for whoever has never written.
        templates: three or four ways to begin.
    """

    icon: str
    label: object
    help: object
    title_hint: object
    body_hint: object
    prompt: object
    templates: tuple[Template, ...] = ()


KINDS: dict[ThreadKind, KindFace] = {
    ThreadKind.NOTE: KindFace(
        icon="photo",
        label=_l("Photo note"),
        help=_l("Show what you cooked"),
        title_hint=_l("One line that makes others hungry"),
        body_hint=_l("How did it go? Steps, tricks, what you would do differently…"),
        prompt=_l("One photo and one line are a whole post. Nobody expects a masterpiece here."),
        templates=(
            Template(
                "tonight",
                _l("Tonight's pot"),
                _l("Tonight I made …\n\nWhat went in: …\n\nNext time I would …"),
            ),
            Template(
                "first", _l("My first try"), _l("My first try at …\n\nWorked: …\n\nDidn't: …")
            ),
            Template(
                "quick",
                _l("Quick dinner"),
                _l("On the table in … minutes.\n\n- …\n- …\n- …\n\nThe trick: …"),
            ),
        ),
    ),
    ThreadKind.DISCUSSION: KindFace(
        icon="messages",
        label=_l("Discussion"),
        help=_l("Talk something over"),
        title_hint=_l("What shall we talk about?"),
        body_hint=_l("Say what you think, and ask what others do…"),
        prompt=_l("You don't need an answer to start. A question to the table is enough."),
        templates=(
            Template(
                "which",
                _l("Which one?"),
                _l("I can't decide:\n\n- …\n- …\n\nWhich would you take, and why?"),
            ),
            Template("habit", _l("How do you do it?"), _l("I always …\n\nHow do you do it?")),
            Template("memory", _l("A memory"), _l("This taste takes me back to …\n\nAnd you?")),
        ),
    ),
    ThreadKind.HOWTO: KindFace(
        icon="list-check",
        label=_l("How-to"),
        help=_l("Step by step, with photos"),
        title_hint=_l("What can we cook with it?"),
        body_hint=_l("Serves how many, how long, what you need…"),
        prompt=_l("Three steps are enough. A photo of the middle helps most."),
        templates=(
            Template(
                "recipe",
                _l("Recipe"),
                _l("For … people, … minutes.\n\n**You need**\n\n- …\n- …\n\n**Watch out for** …"),
            ),
            Template("dip", _l("A dip"), _l("Good with …\n\n- … spoons of …\n- … spoons of …")),
            Template(
                "kitchen",
                _l("A kitchen trick"),
                _l("The trouble: …\n\nThe trick: …\n\nIt works because …"),
            ),
        ),
    ),
    ThreadKind.QUESTION: KindFace(
        icon="help-circle",
        label=_l("Question"),
        help=_l("Get an answer, mark the best"),
        title_hint=_l("What would you like to know?"),
        body_hint=_l("What have you tried? What happened?…"),
        prompt=_l("There are no silly questions at this table. Somebody else wants to know, too."),
        templates=(
            Template(
                "wrong",
                _l("It went wrong"),
                _l("I made … and it came out …\n\nWhat I did:\n\n1. …\n2. …\n\nWhat went wrong?"),
            ),
            Template(
                "swap", _l("Instead of …"), _l("I have no … at home.\n\nWhat can I take instead?")
            ),
            Template(
                "buy",
                _l("Which to buy"),
                _l("I cook for … people, we like it …\n\nWhich would you take?"),
            ),
        ),
    ),
    ThreadKind.REMIX: KindFace(
        icon="refresh",
        label=_l("Remix"),
        help=_l("Your version of somebody's pot"),
        title_hint=_l("What did you change?"),
        body_hint=_l("What you kept, what you did differently, how it tasted…"),
        prompt=_l("A small change is a remix, too. The one you cooked from will be glad."),
        templates=(
            Template(
                "changed",
                _l("What I changed"),
                _l("I kept …\n\nI changed …\n\nHow it tasted: …"),
            ),
            Template("lighter", _l("A lighter one"), _l("Instead of … I took …\n\nIt tastes …")),
            Template("hotter", _l("A hotter one"), _l("More of …, and …\n\nHow hot it is: … of 5")),
        ),
    ),
}


def kind_of(text: str | None) -> ThreadKind:
    """Return a kind by its name; a photo note for whatever is none."""
    return ThreadKind(text) if text in {kind.value for kind in ThreadKind} else ThreadKind.NOTE


def template_of(kind: ThreadKind, key: str) -> Template | None:
    """Return a template of a kind, or None."""
    return next((each for each in KINDS[kind].templates if each.key == key), None)
