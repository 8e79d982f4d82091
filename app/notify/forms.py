"""Forms of the pages about notices."""

import re
from collections.abc import Sequence
from datetime import time
from typing import Any
from zoneinfo import available_timezones

from wtforms import BooleanField, RadioField, SelectChoice, SelectField, TimeField
from wtforms.validators import Optional, ValidationError

from app.kernel import clock
from app.kernel.forms import Form
from app.kernel.i18n import lazy_gettext as _l
from app.notify.policy import QUIET_FROM, QUIET_TO, Habit
from app.notify.queries import Wishes
from app.notify.types import RHYTHM_LABELS, Channel, NoticeKind, Rhythm

ZONES = (
    "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Tokyo", "Asia/Seoul",
    "Asia/Singapore", "Asia/Kuala_Lumpur", "Asia/Bangkok", "Asia/Kolkata", "Asia/Dubai",
    "Europe/Moscow", "Europe/Berlin", "Europe/Paris", "Europe/London", "America/Sao_Paulo",
    "America/New_York", "America/Toronto", "America/Chicago", "America/Denver",
    "America/Los_Angeles", "America/Vancouver", "Australia/Perth", "Australia/Sydney",
    "Pacific/Auckland", "UTC",
)  # fmt: skip


class HabitForm(Form):
    """When somebody wants to be reached."""

    rhythm = RadioField(
        _l("Letters that can wait"),
        choices=[SelectChoice(each.value, label) for each, label in RHYTHM_LABELS.items()],
        default=Rhythm.DAILY.value,
        validators=[Optional()],
    )
    quiet = BooleanField(_l("Quiet hours"))
    quiet_from = TimeField(_l("Quiet from"), validators=[Optional()])
    quiet_to = TimeField(_l("Quiet until"), validators=[Optional()])
    zone = SelectField(_l("Time zone"), validators=[Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {str(clock.zone()): str(clock.zone()), **{zone: zone for zone in ZONES}}
        if self.zone.data in available_timezones():
            known.setdefault(self.zone.data, self.zone.data)
        self.zone.choices = [SelectChoice(zone, _readable(zone)) for zone in known]

    def validate_quiet(self, field: BooleanField) -> None:
        """Ask for both ends.

        Raises:
            ValidationError: quiet hours that don't begin or don't end.
        """
        if field.data and (self.quiet_from.data is None or self.quiet_to.data is None):
            raise ValidationError(_l("Say from when until when it should be quiet."))

    def habit(self) -> Habit:
        """Return what was chosen."""
        zone = self.zone.data if self.zone.data != str(clock.zone()) else None
        is_quiet = bool(self.quiet.data)
        return Habit(
            Rhythm(self.rhythm.data or Rhythm.DAILY),
            _minutes(self.quiet_from.data) if is_quiet else None,
            _minutes(self.quiet_to.data) if is_quiet else None,
            zone or None,
        )


def _readable(zone: str) -> str:
    return zone.replace("_", " ").replace("/", " / ")


def _minutes(at: time | None) -> int | None:
    return None if at is None else at.hour * 60 + at.minute


def _time(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


def settings_form(kinds: Sequence[NoticeKind]) -> type[HabitForm]:
    """Return the form of the settings page: a box for every kind and channel that it offers."""
    boxes = {
        field_name(kind.key, channel): BooleanField(kind.label)
        for kind in kinds
        for channel in offered(kind)
    }
    return type("SettingsForm", (HabitForm,), boxes)


def offered(kind: NoticeKind) -> list[Channel]:
    """Return the channels among which a member can choose."""
    return [
        channel
        for channel, is_offered in (
            (Channel.WEB, not kind.is_essential),
            (Channel.MAIL, kind.has_mail),
            (Channel.PUSH, True),
        )
        if is_offered
    ]


def given(kinds: Sequence[NoticeKind], wishes: Wishes, habit: Habit) -> dict[str, Any]:
    """Return what the form shows at first."""
    start = QUIET_FROM if habit.quiet_from is None else habit.quiet_from
    end = QUIET_TO if habit.quiet_to is None else habit.quiet_to
    boxes = {
        field_name(kind.key, channel): channel in wishes.channels(kind.key)
        for kind in kinds
        for channel in offered(kind)
    }
    return {
        "rhythm": habit.rhythm.value,
        "quiet": habit.quiet_from is not None,
        "quiet_from": _time(start),
        "quiet_to": _time(end),
        "zone": habit.zone or str(clock.zone()),
        **boxes,
    }


def chosen(form: HabitForm, kinds: Sequence[NoticeKind]) -> dict[str, set[Channel]]:
    """Return by kind the channels that were chosen."""
    return {
        kind.key: {channel for channel in offered(kind) if form[field_name(kind.key, channel)].data}
        | ({Channel.WEB} if kind.is_essential else set())
        for kind in kinds
    }


def field_name(kind: str, channel: Channel) -> str:
    """Return the name of the box of a kind and channel."""
    return f"{channel.value}_{re.sub(r'[^a-z0-9]', '_', kind)}"
