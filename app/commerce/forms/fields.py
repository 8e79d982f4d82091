"""Fields for figures that people write with decimals: money, shares, how much a day."""

from wtforms import StringField
from wtforms.validators import StopValidation

from app.commerce.types.catalogue import scaled
from app.kernel.forms import clean
from app.kernel.i18n import lazy_gettext as _l


class ScaledField(StringField):
    """A decimal that is kept as a whole number of small parts, e.g. money in minor units."""

    def __init__(
        self,
        label: object,
        *,
        places: int,
        most: int,
        message: object = "",
        is_needed: bool = False,
        **options: object,
    ) -> None:
        super().__init__(label, filters=[clean], **options)
        self.places, self.most, self.is_needed = places, most, is_needed
        self.message = message or _l("Write a number, such as 12.50.")

    @property
    def scaled(self) -> int | None:
        """Return what was written as a whole number of small parts."""
        return scaled(str(self.data or ""), self.places)

    def pre_validate(self, form: object) -> None:  # noqa: ARG002 - WTForms' signature
        """Refuse what is no number, has too many decimals, or is out of bounds."""
        if not self.data:
            if self.is_needed:
                raise StopValidation(str(self.message))
            return
        value = self.scaled
        if value is None or not 0 <= value <= self.most:
            raise StopValidation(str(self.message))
