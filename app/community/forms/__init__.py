"""Shapes of what members and the team send."""

from collections.abc import Sequence

from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectChoice,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from app.community.queries import BoardRow
from app.community.types import (
    BOARD_ICONS,
    MAX_BODY,
    MAX_REPLY,
    MAX_TITLE,
    METRICS,
    TitleTooLongError,
    TooLongError,
)
from app.community.types.kinds import KINDS, ThreadKind
from app.kernel import clock
from app.kernel.forms import CostlyForm, Form, clean, clean_text
from app.kernel.i18n import lazy_gettext as _l
from app.moderation.types import REASON_LABELS


class ThreadForm(CostlyForm):
    """A thread. The photos come beside it: ``photo_ids`` (uploaded before) and ``photos`` (files).

    The rules of title and text are the service's; here stands only what a browser can help with.

    Attributes:
        boards: where it may go; set by the view.
    """

    boards: Sequence[BoardRow] = ()
    kind = RadioField(
        _l("What is it?"),
        choices=[SelectChoice(kind.value, face.label) for kind, face in KINDS.items()],
        default=ThreadKind.NOTE.value,
        validate_choice=False,
    )
    title = StringField(
        _l("Title"),
        filters=[clean],
        validators=[Length(max=MAX_TITLE, message=TitleTooLongError.default_message)],
    )
    body = TextAreaField(
        _l("Text"),
        filters=[clean_text],
        validators=[Length(max=MAX_BODY, message=TooLongError.default_message)],
    )
    board = RadioField(
        _l("Board"),
        validators=[InputRequired(message=_l("Choose a board."))],
        validate_choice=False,
    )

    publish_at = StringField(_l("Post it at"), validators=[Length(max=40)])

    def offer(self, boards: Sequence[BoardRow], locale: str) -> None:
        """Let the member choose among these boards."""
        self.boards = boards
        self.board.choices = [SelectChoice(each.slug, each.name(locale)) for each in boards]


class ReplyForm(CostlyForm):
    """A reply."""

    body = TextAreaField(_l("Your reply"), filters=[clean_text])


class ReplyEditForm(Form):
    """A reply that is changed."""

    body = TextAreaField(
        _l("Your reply"),
        filters=[clean_text],
        validators=[Length(max=MAX_REPLY, message=TooLongError.default_message)],
    )


class WelcomeForm(CostlyForm):
    """A welcome to somebody's first post."""

    body = TextAreaField(
        _l("Your welcome"),
        filters=[clean_text],
        validators=[
            InputRequired(message=_l("Write a few words first.")),
            Length(max=MAX_REPLY, message=TooLongError.default_message),
        ],
    )


class HideForm(Form):
    """Why something is hidden."""

    reason = RadioField(
        _l("Reason"),
        choices=[SelectChoice(reason.value, label) for reason, label in REASON_LABELS.items()],
        validators=[InputRequired(message=_l("Choose a reason: its author will read it."))],
    )


class BoardForm(Form):
    """A board."""

    slug = StringField(
        _l("Address"),
        filters=[clean],
        validators=[InputRequired(message=_l("Give it an address.")), Length(max=40)],
    )
    name_zh = StringField(
        _l("Name in Chinese"),
        filters=[clean],
        validators=[InputRequired(message=_l("Give it a name.")), Length(max=24)],
    )
    name_en = StringField(
        _l("Name in English"),
        filters=[clean],
        validators=[InputRequired(message=_l("Give it a name.")), Length(max=40)],
    )
    purpose_zh = StringField(
        _l("Purpose in Chinese"), filters=[clean], validators=[Optional(), Length(max=120)]
    )
    purpose_en = StringField(
        _l("Purpose in English"), filters=[clean], validators=[Optional(), Length(max=200)]
    )
    icon = RadioField(
        _l("Icon"),
        choices=[SelectChoice(face.icon, face.label) for face in BOARD_ICONS],
        default="soup",
    )


def _figure(label: object) -> IntegerField:
    return IntegerField(
        label,
        validators=[Optional(), NumberRange(0, 10**12, message=_l("Write a whole number."))],
    )


class MetricsForm(Form):
    """What a platform says of a post, as somebody read it there."""

    views = _figure(METRICS["views"])
    likes = _figure(METRICS["likes"])
    comments = _figure(METRICS["comments"])
    saves = _figure(METRICS["saves"])
    shares = _figure(METRICS["shares"])

    def metrics(self) -> dict[str, int]:
        """Return the figures that were given."""
        return {name: self[name].data for name in METRICS if self[name].data is not None}


class ElsewhereForm(MetricsForm):
    """A post on another platform."""

    url = StringField(
        _l("Address of the post"),
        filters=[clean],
        validators=[
            InputRequired(message=_l("Paste the post's address.")),
            Length(max=500, message=_l("This address is too long. Use the short one.")),
        ],
    )
    title = StringField(
        _l("What it is"),
        filters=[clean],
        validators=[
            InputRequired(message=_l("Say in a few words what it shows.")),
            Length(max=120, message=_l("At most 120 characters.")),
        ],
    )
    posted_on = DateField(
        _l("Day"), validators=[InputRequired(message=_l("When did you post it?"))]
    )
    is_public = BooleanField(_l("Show it on my page"))

    def validate_posted_on(self, field: DateField) -> None:
        """Refuse a day to come."""
        if field.data and field.data > clock.business_date():
            raise ValidationError(_l("That day is still to come."))
