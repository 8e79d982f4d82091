"""Files of orders and refunds: upload, columns, decisions about them."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired, Length, Optional, Regexp

from app.commerce.reading import DayOrder
from app.commerce.types import FIELD_LABELS, Field, FileKind
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
DAY_ORDERS = [
    SelectChoice(DayOrder.YEAR_FIRST.value, _l("Year first: 2026-08-31")),
    SelectChoice(DayOrder.DAY_FIRST.value, _l("Day first: 31/08/2026")),
    SelectChoice(DayOrder.MONTH_FIRST.value, _l("Month first: 08/31/2026")),
]
KINDS = [
    SelectChoice(FileKind.ORDERS.value, _l("Orders")),
    SelectChoice(FileKind.REFUNDS.value, _l("Refunds")),
]
PREFIX = "c_"  # of the fields for columns


class UploadForm(Form):
    """A file for one channel."""

    channel = SelectField(_l("Channel"), validators=[InputRequired(_l("Choose a channel."))])
    kind = RadioField(
        _l("What is in it"),
        choices=KINDS,
        default=FileKind.ORDERS.value,
        validators=[InputRequired(_l("Choose one of these."))],
    )
    file = FileField(
        _l("CSV or Excel file"), validators=[FileRequired(_l("Choose the file with the orders."))]
    )


class SheetForm(Form):
    """Another sheet of a workbook."""

    sheet = SelectField(_l("Sheet"), validators=[InputRequired(_l("Choose one of these."))])


class DraftForm(Form):
    """A decision about a file in preparation, as it was seen."""

    version = HiddenField(validators=[Length(max=32)])


class ColumnsForm(DraftForm):
    """How a file is to be read. Fields for its columns come by :func:`columns_form`."""

    order_from_row = BooleanField(_l("There are no order numbers: take the number of the row"))
    day_order = SelectField(_l("Days are written"), choices=DAY_ORDERS, validators=[Optional()])
    currency = StringField(
        _l("Currency where the file names none"),
        filters=[clean, lambda text: text.upper() if text else text],
        validators=[
            Optional(),
            Regexp(r"^[A-Z]{3}$", message=_l("Write its ISO code, such as CNY or USD.")),
        ],
    )
    delimiter = SelectField(_l("Delimiter"), choices=DELIMITERS, validators=[Optional()])
    encoding = SelectField(_l("Encoding"), choices=ENCODINGS, validators=[Optional()])
    name = StringField(
        _l("Save these columns as"),
        description=_l("Such as “Tmall, order lines”. The next file with this header takes them."),
        filters=[clean],
        validators=[Optional(), Length(max=40, message=_l("At most 40 characters."))],
    )


def columns_form(
    fields: Sequence[Field], columns: Sequence[tuple[int, str]], values: Mapping[str, Any]
) -> ColumnsForm:
    """Return the form for a file's columns.

    Args:
        fields: what such a file can tell.
        columns: place and label of every column.
        values: what stands in the form when it is first shown.
    """
    choices = [
        SelectChoice("", _l("Not in this file")),
        *(SelectChoice(str(at), label) for at, label in columns),
    ]
    own = {
        PREFIX + field.value: SelectField(
            _headed(str(FIELD_LABELS[field])), choices=choices, validators=[Optional()]
        )
        for field in fields
    }
    return type("ColumnsForm", (ColumnsForm,), own)(data=dict(values))  # type: ignore[no-any-return]


def _headed(label: str) -> str:
    """Return a label with a capital, as it stands alone."""
    return label[:1].upper() + label[1:]
