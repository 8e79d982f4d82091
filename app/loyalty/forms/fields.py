"""Fields that the forms of loyalty share."""

from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
)

from app.kernel.forms import Form, clean, clean_text
from app.kernel.i18n import lazy_gettext as _l
from app.loyalty.queries import options
from app.loyalty.types.doings import MAX_LENGTH, MAX_WORD, Doing, Wanted

TOO_LONG = _l("This is too long: up to %(max)d signs.")
WRITE_IT = _l("Write it in both languages.")

DOING_NAMES = {
    Doing.CHECK_IN: _l("Check in"),
    Doing.POST: _l("Post a thread"),
    Doing.REPLY: _l("Write a reply"),
    Doing.LIKE: _l("Like something"),
    Doing.LIKED: _l("Receive a like"),
    Doing.PROFILE: _l("Complete the profile"),
    Doing.ORDER: _l("Pay an order"),
    Doing.EVENT: _l("Come to an event"),
}


def line(label: object, most: int, *, needed: bool = True, description: object = "") -> StringField:
    """Return a field for one line."""
    return StringField(
        label,
        description=description,
        filters=[clean],
        validators=[
            DataRequired(WRITE_IT) if needed else Optional(),
            Length(max=most, message=TOO_LONG),
        ],
    )


def lines(
    label: object, most: int, *, needed: bool = False, description: object = ""
) -> TextAreaField:
    """Return a field for several lines."""
    return TextAreaField(
        label,
        description=description,
        filters=[clean_text],
        validators=[
            DataRequired(WRITE_IT) if needed else Optional(),
            Length(max=most, message=TOO_LONG),
        ],
    )


def whole(
    label: object, least: int, most: int, *, default: int | None = None, description: object = ""
) -> IntegerField:
    """Return a field for a whole number; without a default it may stay empty."""
    needed = [InputRequired(_l("Write a whole number."))] if default is not None else [Optional()]
    return IntegerField(
        label,
        default=default,
        description=description,
        validators=[
            *needed,
            NumberRange(
                least, most, message=_l("From %(least)s to %(most)s.", least=least, most=most)
            ),
        ],
    )


def day(label: object, *, needed: bool = True, description: object = "") -> DateField:
    """Return a field for a day."""
    return DateField(
        label,
        description=description,
        validators=[InputRequired(_l("Choose a day.")) if needed else Optional()],
    )


def address(label: object) -> StringField:
    """Return a field for a slug that stays."""
    return StringField(
        label,
        filters=[clean],
        description=_l("Small letters, figures and hyphens. It stays for good: links lead to it."),
        validators=[
            DataRequired(_l("Write its address.")),
            Regexp(
                r"^[a-z0-9]+(?:-[a-z0-9]+)*$",
                message=_l("Small letters, figures and single hyphens only."),
            ),
            Length(max=40, message=TOO_LONG),
        ],
    )


class WantedForm(Form):
    """Which acts count: the part that missions and tasks of camps share."""

    doing = SelectField(_l("What is to be done"))
    board = SelectField(_l("Only on this board"))
    topic = SelectField(_l("Only under this hot topic"))
    tag = line(_l("Only with this tag"), MAX_WORD, needed=False, description=_l("Without #."))
    has_photo = BooleanField(_l("Only with a photo"))
    min_length = whole(_l("At least so many signs"), 0, MAX_LENGTH)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.doing.choices = [SelectChoice(d.value, str(name)) for d, name in DOING_NAMES.items()]
        self.board.choices = _options("board")
        self.topic.choices = _options("topic")

    @property
    def wanted(self) -> Wanted:
        """Return which acts count. What an act of the kind can't have is left out."""
        doing = Doing(self.doing.data)
        if not doing.is_written:
            return Wanted(doing)
        return Wanted(
            doing,
            board=int(self.board.data or 0),
            topic=int(self.topic.data or 0),
            tag=(self.tag.data or "").lstrip("#＃"),
            has_photo=bool(self.has_photo.data),
            min_length=self.min_length.data or 0,
        )


def _options(attribute: str) -> list[SelectChoice]:
    """Return what a thread can be asked for: boards, hot topics; any, where there are none."""
    return [
        SelectChoice("0", str(_l("Any"))),
        *(SelectChoice(str(value), str(name)) for value, name in options.options_of(attribute)),
    ]


def wanted_data(wanted: Wanted | None) -> dict[str, object]:
    """Return stored conditions as a form shows them."""
    if wanted is None:
        return {}
    return {
        "doing": wanted.doing.value, "board": str(wanted.board), "topic": str(wanted.topic),
        "tag": wanted.tag, "has_photo": wanted.has_photo, "min_length": wanted.min_length or None,
    }  # fmt: skip
