"""Form of the point's value."""

from decimal import Decimal

from wtforms import DateField, DecimalField
from wtforms.validators import InputRequired, NumberRange

from app.kernel.forms import Form
from app.kernel.i18n import lazy_gettext as _l


class PointValueForm(Form):
    """From which day on, and how much."""

    value = DecimalField(
        _l("A hundred points are worth"),
        [
            InputRequired(_l("Write an amount such as 1.00.")),
            NumberRange(Decimal("0.01"), 10_000, _l("Write an amount between 0.01 and 10,000.")),
        ],
        places=2,
    )
    from_on = DateField(_l("From"), [InputRequired(_l("Choose a day."))])

    @property
    def minor(self) -> int:
        """The amount in minor units, rounded down."""
        return int((self.value.data or Decimal(0)) * 100)
