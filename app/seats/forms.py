"""What staff say about an occasion, and a code at the door."""

from datetime import datetime
from typing import Any

from wtforms import DateTimeLocalField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.kernel import clock
from app.kernel.forms import Form, clean, clean_text
from app.kernel.i18n import lazy_gettext as _l
from app.seats.types import (
    ABOUT_CHARS,
    MAX_HOURS,
    MAX_SEATS,
    NAME_CHARS,
    PLACE_CHARS,
    OccasionDraft,
)

MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
TOO_LONG = _l("This is too long: up to %(max)d signs.")


def _line(label: object, most: int) -> StringField:
    return StringField(
        label, filters=[clean],
        validators=[
            DataRequired(_l("Write it in both languages.")), Length(max=most, message=TOO_LONG),
        ],
    )  # fmt: skip


def _lines(label: object) -> TextAreaField:
    return TextAreaField(
        label, filters=[clean_text],
        validators=[Optional(), Length(max=ABOUT_CHARS, message=TOO_LONG)],
    )  # fmt: skip


class OccasionForm(Form):
    """An occasion."""

    name_zh = _line(_l("Name in Chinese"), NAME_CHARS)
    name_en = _line(_l("Name in English"), NAME_CHARS)
    starts_at = DateTimeLocalField(
        _l("Begins"), format=MOMENTS, validators=[InputRequired(_l("Say when it begins."))]
    )
    place_zh = _line(_l("Place, in Chinese"), PLACE_CHARS)
    place_en = _line(_l("Place, in English"), PLACE_CHARS)
    seats = IntegerField(
        _l("Seats"),
        description=_l("Over all ways to get one: mall, draws, leaderboards."),
        validators=[
            InputRequired(_l("Write a whole number.")),
            NumberRange(1, MAX_SEATS, message=_l("Write a whole number from 1 up.")),
        ],
    )
    return_hours = IntegerField(
        _l("Giving back ends so many hours before"),
        description=_l("0: until it begins. Empty: seats are never given back."),
        default=24,
        validators=[
            Optional(), NumberRange(0, MAX_HOURS, message=_l("A whole number, 0 or more.")),
        ],
    )  # fmt: skip
    about_zh = _lines(_l("What to know, in Chinese"))
    about_en = _lines(_l("What to know, in English"))

    def draft(self) -> OccasionDraft:
        """Return it as the service takes it."""
        copied = ("name_zh", "name_en", "place_zh", "place_en", "seats", "return_hours")
        starts: datetime = self.starts_at.data
        return OccasionDraft(
            **{name: getattr(self, name).data for name in copied},
            starts_at=starts.replace(tzinfo=clock.zone()),
            about_zh=self.about_zh.data or "",
            about_en=self.about_en.data or "",
        )


class DoorForm(Form):
    """A code that somebody shows."""

    code = StringField(
        _l("Code on the ticket"), filters=[clean],
        validators=[DataRequired(_l("Type the code on the ticket.")), Length(max=40)],
    )  # fmt: skip


def occasion_data(draft: OccasionDraft) -> dict[str, Any]:
    """Return a stored occasion as the form shows it."""
    names = OccasionDraft.__dataclass_fields__
    data = {name: getattr(draft, name) for name in names}
    return {**data, "starts_at": draft.starts_at.astimezone(clock.zone()).replace(tzinfo=None)}
