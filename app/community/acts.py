"""What the community's members do that rules may pay for."""

from collections.abc import Sequence

from app.community import queries
from app.community.queries import topics
from app.community.types.kinds import KINDS
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import locale_code
from app.ledger.types import Fund
from app.loyalty.types import actions
from app.loyalty.types.actions import Action, Attribute, AttributeKind, Option

NUMBER, CHOICE = AttributeKind.NUMBER, AttributeKind.CHOICE


def _boards() -> Sequence[Option]:
    return [(board.id, board.name(locale_code())) for board in queries.all_boards()]


def _topics() -> Sequence[Option]:
    return [(topic.id, topic.name(locale_code())) for topic in topics.current_topics()]


TOPIC = Attribute("topic", _l("Hot topic"), CHOICE, _topics)
LENGTH = Attribute("length", _l("Characters of text"), NUMBER)
BOARD = Attribute("board", _l("Board"), CHOICE, _boards)
KIND = Attribute(
    "kind", _l("Kind of post"), CHOICE,
    lambda: [(kind.value, face.label) for kind, face in KINDS.items()],
)  # fmt: skip
TEMPLATE = Attribute(
    "template", _l("Which template it fills in"), CHOICE,
    lambda: [
        (template.key, f"{face.label} · {template.label}")
        for face in KINDS.values()
        for template in face.templates
    ],
)  # fmt: skip
TAGS = Attribute("tags", _l("Tag in the text"), CHOICE, is_sealed=True)
ON = Attribute(
    "on",
    _l("What was liked"),
    CHOICE,
    lambda: [("thread", _l("a thread")), ("reply", _l("a reply"))],
)


def register() -> None:
    """Name them."""
    actions.register(
        Action(
            "thread.published", _l("Thread posted"), "pencil", Fund.CONTENT,
            (
                Attribute("has_photo", _l("Has a photo or a video")),
                Attribute("photos", _l("Number of photos"), NUMBER),
                Attribute("has_video", _l("Has a video")),
                LENGTH,
                BOARD,
                KIND,
                TOPIC,
                Attribute("from_template", _l("Fills in a template of the composer")),
                TEMPLATE,
                TAGS,
            ),
        ),
        Action(
            "reply.published", _l("Reply"), "message-circle", Fund.CONTENT,
            (LENGTH, BOARD, TOPIC, Attribute("own_thread", _l("In one's own thread")), TAGS),
            has_other=True,
        ),
        Action(
            "thread.featured", _l("The team featured a post"), "star", Fund.CONTENT, (BOARD,),
            is_one_sided=False,
        ),
        Action(
            "like.received", _l("Somebody liked it"), "heart", Fund.CONTENT, (ON, BOARD),
            has_other=True, is_one_sided=False,
        ),
        Action(
            "like.given", _l("Like given"), "heart", Fund.CONTENT, (ON, BOARD), has_other=True,
        ),
    )  # fmt: skip
