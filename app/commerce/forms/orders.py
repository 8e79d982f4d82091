"""Files of orders, and decisions about figures."""

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from app.kernel.forms import Form, clean
from app.kernel.i18n import lazy_gettext as _l

ENCODINGS = [
    SelectChoice("", _l("Find out")),
    SelectChoice("utf-8", "UTF-8"),
    SelectChoice("gb18030", "GBK / GB18030"),
]
DELIMITERS = [
    SelectChoice("", _l("Find out")),
    SelectChoice(",", _l("Comma")),
    SelectChoice(";", _l("Semicolon")),
    SelectChoice("\\t", _l("Tab")),
    SelectChoice("|", _l("Vertical bar")),
]


class UploadForm(Form):
    """A file of orders for one channel."""

    channel = SelectField(_l("Channel"), validators=[InputRequired(_l("Choose a channel."))])
    file = FileField(
        _l("CSV file"), validators=[FileRequired(_l("Choose the file with the orders."))]
    )
    mapping = StringField(
        _l("Columns"),
        description=_l(
            "Usual names are found without it. Else: order=…,buyer=…,paid_at=…,total=…,sku=…,qty=…"
        ),
        filters=[clean],
        validators=[Optional(), Length(max=600, message=_l("This is too long."))],
    )
    delimiter = SelectField(_l("Delimiter"), choices=DELIMITERS, validators=[Optional()])
    encoding = SelectField(_l("Encoding"), choices=ENCODINGS, validators=[Optional()])
    order_from_row = BooleanField(_l("There are no order numbers: take the number of the row"))


class DecisionForm(Form):
    """A decision about figures: nothing but the token."""
