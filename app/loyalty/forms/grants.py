"""Shapes of staff adjustments."""

from flask_wtf.file import FileField, FileRequired
from wtforms import IntegerField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.kernel.forms import CostlyForm, Form, clean, clean_text
from app.kernel.i18n import lazy_gettext as _l
from app.loyalty.policy.grants import MOST_POINTS
from app.loyalty.types.grants import GrantReason

NOTE_CHARS = 500
LABEL_CHARS = 60

REASONS: dict[GrantReason, object] = {
    GrantReason.THANKS: _l("Thank you"),
    GrantReason.APOLOGY: _l("An apology"),
    GrantReason.CONTEST: _l("Contest"),
    GrantReason.EVENT: _l("Event"),
    GrantReason.MISSING: _l("Points that were missing"),
    GrantReason.MISTAKE: _l("Correction of a mistake"),
}


def _reasons() -> list[SelectChoice]:
    return [SelectChoice(reason.value, label) for reason, label in REASONS.items()]


class GrantForm(CostlyForm):
    """One adjustment."""

    yid = StringField(
        _l("Member"),
        description=_l("The Yid, as on his page."),
        filters=[clean],
        validators=[InputRequired(_l("Write the Yid of a member."))],
    )
    way = RadioField(
        _l("What to do"),
        choices=[SelectChoice("give", _l("Give points")), SelectChoice("take", _l("Take points"))],
        default="give",
    )
    points = IntegerField(
        _l("Points"),
        validators=[
            InputRequired(_l("Write how many points.")),
            NumberRange(1, MOST_POINTS, message=_l("Write a whole number from 1 up.")),
        ],
    )
    reason = SelectField(
        _l("Reason"),
        description=_l("The member reads it, with your role and without your name."),
        choices=_reasons,
        validators=[InputRequired(_l("Choose a reason."))],
    )
    note = TextAreaField(
        _l("Note for colleagues"),
        filters=[clean_text],
        validators=[Optional(), Length(max=NOTE_CHARS, message=_l("This is too long."))],
    )

    @property
    def signed_points(self) -> int:
        """Return the points with their sign, once the form is valid."""
        points = int(self.points.data or 0)
        return -points if self.way.data == "take" else points


class AnswerForm(Form):
    """What the second person says; words are voluntary."""

    answer = TextAreaField(
        _l("A word to whoever asked"),
        filters=[clean_text],
        validators=[Optional(), Length(max=NOTE_CHARS, message=_l("This is too long."))],
    )


class BudgetForm(Form):
    """What one role may do."""

    act_points = IntegerField(_l("At once, alone"), validators=[InputRequired()])
    day_points = IntegerField(_l("A day, alone"), validators=[InputRequired()])
    approve_act_points = IntegerField(_l("At once, as the second person"), default=0)
    approve_day_points = IntegerField(_l("A day, as the second person"), default=0)


class _BatchForm(Form):
    label = StringField(
        _l("What it is for"),
        description=_l("One occasion gives a member once, however often its file comes."),
        filters=[clean],
        validators=[
            InputRequired(_l("Write what it is for, such as “September photo contest”.")),
            Length(max=LABEL_CHARS, message=_l("This is too long.")),
        ],
    )
    reason = SelectField(
        _l("Reason"), choices=_reasons, validators=[InputRequired(_l("Choose a reason."))]
    )


class FileBatchForm(_BatchForm):
    """Adjustments from a file."""

    file = FileField(_l("File"), validators=[FileRequired(_l("Choose a file."))])


class AudienceBatchForm(_BatchForm):
    """The same adjustment for everybody in an audience."""

    audience = SelectField(
        _l("For whom"), choices=[], validators=[InputRequired(_l("Choose an audience."))]
    )
    points = IntegerField(
        _l("Points for each"),
        validators=[
            InputRequired(_l("Write how many points.")),
            NumberRange(1, MOST_POINTS, message=_l("Write a whole number from 1 up.")),
        ],
    )
