"""What members say when they join, leaders when they refuse, and the team about a circle."""

from wtforms import RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.circles.types import CITY_CHARS, WORDS_CHARS, Circle, CircleDraft, Joining
from app.community.types import BOARD_ICONS
from app.kernel.forms import Form, clean, clean_text
from app.kernel.i18n import lazy_gettext as _l

TOO_LONG = _l("This is too long: up to %(max)d signs.")


class JoinForm(Form):
    """A few words to the leaders, where one has to ask."""

    said = TextAreaField(
        _l("A word to the leaders"),
        filters=[clean_text],
        validators=[Optional(), Length(max=WORDS_CHARS, message=TOO_LONG)],
    )


class ReasonForm(Form):
    """Why somebody is refused or taken out; he reads it."""

    reason = TextAreaField(
        _l("Reason"),
        filters=[clean_text],
        validators=[
            DataRequired(_l("Say why: he reads it.")), Length(max=WORDS_CHARS, message=TOO_LONG),
        ],
    )  # fmt: skip


class LeaderForm(Form):
    """Who leads from now on."""

    yid = StringField(
        _l("Yid of the member"),
        filters=[clean],
        validators=[DataRequired(_l("Type a Yid: it stands on his page.")), Length(max=24)],
    )


def _line(label: object, most: int) -> StringField:
    return StringField(
        label, filters=[clean],
        validators=[
            DataRequired(_l("Write it in both languages.")), Length(max=most, message=TOO_LONG),
        ],
    )  # fmt: skip


def _maybe(label: object, most: int) -> StringField:
    return StringField(
        label, filters=[clean], validators=[Optional(), Length(max=most, message=TOO_LONG)]
    )


class CircleForm(Form):
    """A circle."""

    name_zh = _line(_l("Name in Chinese"), 24)
    name_en = _line(_l("Name in English"), 40)
    purpose_zh = _maybe(_l("Purpose in Chinese"), 120)
    purpose_en = _maybe(_l("Purpose in English"), 200)
    slug = StringField(
        _l("Address"),
        filters=[clean],
        validators=[InputRequired(message=_l("Give it an address.")), Length(max=40)],
    )
    icon = RadioField(
        _l("Icon"),
        choices=[SelectChoice(face.icon, face.icon) for face in BOARD_ICONS],
        default="soup",
    )
    joining = RadioField(
        _l("How one gets in"),
        choices=[
            SelectChoice(Joining.OPEN.value, _l("Everybody joins")),
            SelectChoice(Joining.REQUEST.value, _l("One asks, a leader answers")),
        ],
        default=Joining.OPEN.value,
    )
    city_zh = _maybe(_l("City in Chinese"), CITY_CHARS)
    city_en = _maybe(_l("City in English"), CITY_CHARS)

    def draft(self) -> CircleDraft:
        """Return it as the service takes it."""
        copied = (
            "slug", "name_zh", "name_en", "purpose_zh", "purpose_en", "icon", "city_zh", "city_en",
        )  # fmt: skip
        values = {name: self[name].data or "" for name in copied}
        return CircleDraft(**values, joining=Joining(self.joining.data))


def circle_data(circle: Circle) -> dict[str, str]:
    """Return a circle as the form shows it."""
    board = circle.board
    return {
        "slug": board.slug, "name_zh": board.name_zh, "name_en": board.name_en,
        "purpose_zh": board.purpose_zh, "purpose_en": board.purpose_en, "icon": board.face.icon,
        "city_zh": circle.city_zh, "city_en": circle.city_en, "joining": circle.joining.value,
    }  # fmt: skip
