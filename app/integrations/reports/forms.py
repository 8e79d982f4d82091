"""Shapes of the forms of reported acts."""

from wtforms import BooleanField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Regexp

from app.integrations.reports.types import (
    ICONS,
    KEY,
    KEY_CHARS,
    NAME_CHARS,
    SOURCE_CHARS,
    ActDraft,
)
from app.kernel.forms import Form, clean
from app.kernel.i18n import lazy_gettext as _l
from app.ledger.types import Fund

TOO_LONG = _l("This is too long.")
BOTH = _l("Name it in both languages.")
FUNDS = {
    Fund.CONTENT: _l("Posts, replies, likes"),
    Fund.GIFT: _l("Gifts"),
    Fund.PRIZE: _l("Prizes"),
    Fund.ORDER: _l("Orders"),
}


class SourceForm(Form):
    """A tool that tells acts."""

    name = StringField(
        _l("What the tool is called"),
        filters=[clean],
        validators=[
            DataRequired(_l("Write what the tool is called.")),
            Length(max=SOURCE_CHARS, message=TOO_LONG),
        ],
    )


class ActForm(Form):
    """An act that tools tell."""

    key = StringField(
        _l("Key"),
        description=_l("The word that tools send. It stays for ever."),
        filters=[clean],
        validators=[
            DataRequired(_l("Write a short key.")),
            Regexp(
                rf"^{KEY.pattern}$",
                message=_l("A key is made of small letters, figures and _."),
            ),
            Length(max=KEY_CHARS, message=TOO_LONG),
        ],
    )
    name_zh = StringField(
        _l("Name in Chinese"),
        filters=[clean],
        validators=[DataRequired(BOTH), Length(max=NAME_CHARS, message=TOO_LONG)],
    )
    name_en = StringField(
        _l("Name in English"),
        filters=[clean],
        validators=[DataRequired(BOTH), Length(max=NAME_CHARS, message=TOO_LONG)],
    )
    fund = SelectField(
        _l("Purse"),
        choices=[SelectChoice(fund.value, label) for fund, label in FUNDS.items()],
        default=Fund.CONTENT.value,
    )
    icon = RadioField(
        _l("Icon"),
        choices=[SelectChoice(name, label) for name, label in ICONS.items()],
        default="list-check",
        validators=[InputRequired(_l("Choose one of these."))],
    )
    is_on = BooleanField(_l("Reports of it count"), default=True)

    @classmethod
    def of(cls, draft: ActDraft) -> "ActForm":
        """Show an act as it is."""
        return cls(
            data={
                "key": draft.key, "name_zh": draft.name_zh, "name_en": draft.name_en,
                "fund": draft.fund.value, "icon": draft.icon, "is_on": draft.is_on,
            }
        )  # fmt: skip

    def draft(self, key: str | None = None) -> ActDraft:
        """Return it as the service takes it; the key of one that is there stays."""
        return ActDraft(
            key=key or self.key.data or "",
            name_zh=self.name_zh.data or "",
            name_en=self.name_en.data or "",
            icon=self.icon.data,
            fund=Fund(self.fund.data),
            is_on=bool(self.is_on.data),
        )


class DecisionForm(Form):
    """A decision: nothing but the token."""
