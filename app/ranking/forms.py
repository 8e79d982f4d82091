"""Forms of members and staff."""

from wtforms import BooleanField, StringField
from wtforms.validators import Length, Optional

from app.kernel.forms import Form, clean
from app.kernel.i18n import lazy_gettext as _l

TOO_LONG = _l("This is too long.")


class PreferenceForm(Form):
    """How a member wants to stand on boards."""

    is_shown = BooleanField(
        _l("Show me on leaderboards"),
        description=_l("Off: you stand on no board and win none of its prizes. Points stay."),
    )
    alias = StringField(
        _l("Another name there"),
        filters=[clean],
        validators=[Optional(), Length(max=24, message=TOO_LONG)],
        description=_l("Instead of your name, without your picture and your profile."),
    )
