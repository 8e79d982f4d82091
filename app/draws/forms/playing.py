"""Forms that need nothing but a yes, or a try."""

from wtforms import (
    HiddenField,
    StringField,
)
from wtforms.validators import (
    AnyOf,
    DataRequired,
    Regexp,
)

from app.draws.types import (
    SEED,
    PaidBy,
)
from app.kernel.forms import CostlyForm, Form
from app.kernel.i18n import lazy_gettext as _l


class PlayForm(CostlyForm):
    """One try: the member's own seed, and what he was shown that it is paid with."""

    client_seed = StringField(
        _l("My seed"),
        validators=[
            DataRequired(message=_l("Write a seed, or reload the page for a new one.")),
            Regexp(SEED, message=_l("Up to 64 letters, digits, hyphens or underscores.")),
        ],
    )
    shown = HiddenField(validators=[AnyOf([way.value for way in PaidBy])])


class SureForm(Form):
    """Yes: nothing but the token."""
