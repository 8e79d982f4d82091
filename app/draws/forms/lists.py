"""Lists of entrants, and what holds for all draws."""

from collections.abc import Sequence
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    TextAreaField,
)
from wtforms.validators import (
    InputRequired,
    Length,
    NumberRange,
    Optional,
)

from app.draws.forms.fields import WHOLE, minor, text
from app.draws.service import Source
from app.draws.types import (
    EntrySource,
    Rules,
)
from app.draws.words import SOURCES
from app.kernel import audience
from app.kernel.forms import Form
from app.kernel.i18n import lazy_gettext as _l


class FreezeForm(Form):
    """Who takes part in a list."""

    kind = RadioField(
        _l("Who takes part"),
        choices=[SelectChoice(source.value, label) for source, label in SOURCES.items()],
        default=EntrySource.AUDIENCE.value,
        validators=[InputRequired(_l("Choose who takes part."))],
    )
    audience = SelectField(_l("Audience"), default="all")
    fact = SelectField(_l("What they did"), default="")
    since = DateField(_l("From"), validators=[Optional()])
    until = DateField(_l("Until"), validators=[Optional()])
    yids = TextAreaField(
        _l("Yids"), description=_l("One a line."), validators=[Optional(), Length(max=200_000)]
    )

    def __init__(self, *args: Any, facts: Sequence[tuple[str, object]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.audience.choices = audience.choices()
        self.fact.choices = [("", _l("Choose an act")), *facts]

    def source(self) -> Source:
        """Return what was chosen."""
        return Source(
            EntrySource(self.kind.data),
            audience=self.audience.data or "all",
            fact=self.fact.data or "",
            since=self.since.data,
            until=self.until.data,
            yids=tuple(line.strip() for line in (self.yids.data or "").split() if line.strip()),
        )


class DrawListForm(Form):
    """Draw the winners of a list."""

    beacon_value = text(_l("The public figure"), 80, _l("Exactly as it was published."))


class RulesForm(Form):
    """What the operator decides for all draws."""

    max_prize = DecimalField(
        _l("Highest value of one prize"),
        description=_l("50,000 yuan is what the rules on prize promotions allow."),
        validators=[InputRequired(WHOLE), NumberRange(1, 10**8, message=WHOLE)],
        places=2,
    )
    epoch_plays = IntegerField(
        _l("Tries under one seed"),
        description=_l(
            "After so many, and every night, a seed is revealed and the next one begins."
        ),
        validators=[InputRequired(WHOLE), NumberRange(1, 10_000, message=WHOLE)],
    )
    needs_two = BooleanField(
        _l("Two people"), description=_l("Whoever changed a draw last can't open it.")
    )

    def rules(self) -> Rules:
        """Return what was set."""
        return Rules(
            max_prize_minor=minor(self.max_prize.data) or 0,
            epoch_plays=self.epoch_plays.data,
            needs_two=self.needs_two.data,
        )
