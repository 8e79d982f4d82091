"""Shapes of reports, verdicts and mutes."""

from wtforms import RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.kernel.forms import Form, clean_text
from app.kernel.i18n import lazy_gettext as _l
from app.moderation.types import (
    MUTE_DAYS,
    NOTE_CHARS,
    REASON_LABELS,
    REPORT_LABELS,
    HideReason,
    Verdict,
)

DAY_LABELS = {1: _l("1 day"), 7: _l("7 days"), 30: _l("30 days")}


def _why() -> RadioField:
    return RadioField(
        _l("Reason"),
        choices=[SelectChoice(reason.value, label) for reason, label in REASON_LABELS.items()],
        validators=[InputRequired(_l("Choose a reason: its author reads it."))],
    )


class ReportForm(Form):
    """What is wrong with something."""

    reason = RadioField(
        _l("What is wrong with it?"),
        choices=[SelectChoice(reason.value, label) for reason, label in REPORT_LABELS.items()],
        validators=[InputRequired(_l("Choose what fits best."))],
    )
    note = TextAreaField(
        _l("Anything we should know?"),
        filters=[clean_text],
        validators=[
            Optional(),
            Length(max=NOTE_CHARS, message=_l("At most %(chars)s characters.", chars=NOTE_CHARS)),
        ],
    )


class DecideForm(Form):
    """What shall become of a case that is not fine."""

    verdict = RadioField(
        _l("What shall happen?"),
        choices=[
            SelectChoice(Verdict.HIDDEN.value, _l("Hide it: its author can still see it")),
            SelectChoice(Verdict.REMOVED.value, _l("Remove it: gone for its author too")),
        ],
        validators=[InputRequired(_l("Choose one."))],
    )
    reason = _why()
    mute = RadioField(
        _l("May the author go on writing?"),
        choices=[
            SelectChoice("0", _l("Yes")),
            *(
                SelectChoice(str(days), _l("Muted for %(time)s", time=DAY_LABELS[days]))
                for days in MUTE_DAYS
            ),
        ],
        default="0",
        validators=[InputRequired(_l("Choose one."))],
    )


class MuteForm(Form):
    """For how long a member may not write, and why."""

    days = RadioField(
        _l("For how long?"),
        choices=[SelectChoice(str(days), DAY_LABELS[days]) for days in MUTE_DAYS],
        default="1",
        validators=[InputRequired(_l("Choose one."))],
    )
    reason = _why()


def reason_of(text: str) -> HideReason:
    """Return the reason of a valid form."""
    return HideReason(text)
