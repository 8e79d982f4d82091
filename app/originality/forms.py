"""Shapes of verdicts, of what authors say, and of claims."""

from datetime import date
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    AnyOf,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    StopValidation,
)
from wtforms.widgets import HiddenInput

from app.kernel import clock
from app.kernel.forms import Form, clean, clean_text
from app.kernel.i18n import lazy_gettext as _l
from app.originality.policy.claims_csv import HASH
from app.originality.types import (
    BECAUSE_LABELS,
    MAX_LABEL,
    MAX_TEXT,
    MAX_URL,
    MAX_WORDS,
    Because,
    Judgement,
    Kind,
    NewClaim,
    State,
)

ADDRESS = Regexp(r"^https?://\S+$", message=_l("Begin with https:// or http://."))
ORIGINAL, COPIED = State.ORIGINAL.value, State.COPIED.value


def _verdicts() -> list[SelectChoice]:
    allowed = [SelectChoice(each.value, label) for each, label in BECAUSE_LABELS.items()]
    return [
        SelectChoice(ORIGINAL, _l("Original: found by mistake")),
        *allowed,
        SelectChoice(COPIED, _l("Copied")),
    ]


class VerdictForm(Form):
    """What the team decides: original, one of the reasons to allow, or copied."""

    version = IntegerField(widget=HiddenInput(), validators=[NumberRange(min=0)])
    verdict = RadioField(
        _l("Your verdict"), validators=[InputRequired(_l("Choose one."))], validate_choice=True
    )
    reason = TextAreaField(
        _l("A few words to the author"),
        filters=[clean_text],
        validators=[Optional(), Length(max=MAX_WORDS)],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.verdict.choices = _verdicts()

    def judgement(self) -> Judgement:
        """Return the verdict as the service takes it."""
        chosen, version = self.verdict.data, self.version.data or 0
        if chosen == ORIGINAL:
            return Judgement(State.ORIGINAL, version)
        if chosen == COPIED:
            return Judgement(State.COPIED, version, reason=self.reason.data or "")
        return Judgement(State.ALLOWED, version, Because(chosen))


class ActForm(Form):
    """A press of a button on something of a known version."""

    version = IntegerField(widget=HiddenInput(), validators=[Optional()])


class SourceForm(Form):
    """Where something is from, as the author of the post says."""

    finding_id = HiddenField(validators=[Regexp(r"^\d{1,19}$")])
    source_text = TextAreaField(
        _l("Where is it from?"),
        description=_l("“My own video of last year”, “from the brand's recipe book”: a few words."),
        filters=[clean_text],
        validators=[InputRequired(_l("Write a few words.")), Length(max=MAX_WORDS)],
    )
    source_url = StringField(
        _l("Its address"), filters=[clean], validators=[Optional(), ADDRESS, Length(max=MAX_URL)]
    )


class ObjectionForm(Form):
    """What the author says against a verdict."""

    finding_id = HiddenField(validators=[Regexp(r"^\d{1,19}$")])
    objection = TextAreaField(
        _l("Why the verdict is wrong"),
        filters=[clean_text],
        validators=[InputRequired(_l("Write a few words.")), Length(max=MAX_WORDS)],
    )


class ClaimForm(Form):
    """Something known from elsewhere."""

    kind = SelectField(
        _l("What it is"),
        choices=[
            SelectChoice(Kind.TEXT.value, _l("A text")),
            SelectChoice(Kind.PHOTO.value, _l("A photo")),
        ],
        validators=[AnyOf([each.value for each in Kind])],
    )
    label = StringField(
        _l("What it is called"),
        description=_l("So that the team recognises it: title, site, author."),
        filters=[clean],
        validators=[InputRequired(_l("Give it a name.")), Length(max=MAX_LABEL)],
    )
    source_url = StringField(
        _l("Where it stands"), filters=[clean],
        validators=[Optional(), ADDRESS, Length(max=MAX_URL)],
    )  # fmt: skip
    published_on = DateField(
        _l("Published on"),
        description=_l("Posts from before that day are not compared with it."),
        validators=[Optional()],
    )
    text = TextAreaField(
        _l("The text"), filters=[clean_text], validators=[Optional(), Length(max=MAX_TEXT)]
    )
    photo = FileField(_l("The photo"))
    photo_hash = StringField(
        _l("Or its hash"),
        description=_l("Sixteen hex digits of a DCT hash, if you don't have the photo."),
        filters=[clean],
        validators=[
            Optional(),
            Regexp(HASH, message=_l("A photo needs its hash: sixteen hex digits.")),
        ],
    )

    def validate_published_on(self, field: DateField) -> None:
        """Refuse a day to come."""
        if isinstance(field.data, date) and field.data > clock.business_date():
            raise StopValidation(_l("That day is still to come."))

    def claim(self, media_id: int | None) -> NewClaim:
        """Return the claim as the service takes it."""
        is_photo = self.kind.data == Kind.PHOTO.value
        digits = self.photo_hash.data if is_photo and media_id is None else None
        return NewClaim(
            Kind(self.kind.data),
            self.label.data or "",
            self.source_url.data or "",
            self.published_on.data,
            "" if is_photo else self.text.data or "",
            media_id,
            int(digits, 16) if digits else None,
        )


class ImportForm(Form):
    """A file of claims."""

    file = FileField(_l("CSV file"), validators=[FileRequired(_l("Choose a file."))])
