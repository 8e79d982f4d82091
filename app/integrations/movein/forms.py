"""Shapes of moving in's forms."""

from flask_wtf.file import FileField
from wtforms import SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Optional, Regexp

from app.integrations.movein.types import Format
from app.kernel.forms import Form, clean
from app.kernel.i18n import lazy_gettext as _l

FORMATS = [
    SelectChoice("", _l("Find out")),
    SelectChoice(Format.NDJSON.value, _l("Potluck's own format, NDJSON")),
    SelectChoice(Format.CSV.value, _l("Potluck's own format, CSV files")),
    SelectChoice(Format.FLASKBB.value, _l("FlaskBB, its SQLite file")),
    SelectChoice(Format.DISCOURSE.value, _l("Discourse, a folder of its JSON")),
]


class BeginForm(Form):
    """A package: uploaded, or lying in the inbox."""

    source = StringField(
        _l("Where they come from"),
        description=_l("A short word of your own, such as old-forum. Use the same one every time."),
        filters=[clean, lambda text: text.lower() if text else text],
        validators=[
            InputRequired(_l("Write a short word.")),
            Regexp(
                r"^[a-z0-9](?:[a-z0-9-]{0,22}[a-z0-9])?$",
                message=_l("Use up to 24 small letters, figures and hyphens."),
            ),
        ],
    )
    form = SelectField(_l("Format"), choices=FORMATS, validators=[Optional()])
    file = FileField(_l("Package"), validators=[Optional()])
    inbox = SelectField(_l("Or from the inbox folder"), validators=[Optional()])
    mapping = FileField(_l("Mapping file"), validators=[Optional()])


class DecisionForm(Form):
    """A decision: nothing but the token."""
