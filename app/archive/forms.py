"""Answers of authors, and what staff write down."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import (
    DateField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from app.archive.types import (
    GRANT,
    MAX_CREDIT,
    MAX_LINK,
    MAX_MESSAGE,
    MAX_NAME,
    MAX_NOTE,
    MAX_PLACE,
    MAX_TERMS,
    REFUSE,
    SCOPE_LABELS,
    TERM_LABELS,
    Grant,
    Scope,
    SelectionDraft,
    Term,
    UseDraft,
)
from app.kernel.forms import CostlyForm, Form, clean, clean_text
from app.kernel.i18n import lazy_gettext as _l

TOO_LONG = _l("This is too long.")
LINK = r"^https?://\S+$"


class ScopesField(SelectMultipleField):
    """Scopes as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _scopes() -> list[SelectChoice]:
    return [SelectChoice(scope.value, str(label)) for scope, label in SCOPE_LABELS.items()]


def _line(label: object, most: int, *, needed: object | None = None, **more: Any) -> StringField:
    checks = [DataRequired(needed)] if needed else [Optional()]
    return StringField(
        label, filters=[clean], validators=[*checks, Length(max=most, message=TOO_LONG)], **more
    )


class AnswerForm(Form):
    """May the brand use this post?"""

    answer = RadioField(
        _l("May the brand use this post?"),
        choices=(),
        validators=[InputRequired(_l("Choose an answer."))],
    )
    scopes = ScopesField(_l("Where"), choices=(), validators=[Optional()])
    term = SelectField(_l("How long"), choices=(), validators=[Optional()])
    credit = _line(_l("Your name beside it"), MAX_CREDIT)
    terms_version = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answer.choices = [
            SelectChoice(GRANT, str(_l("Yes, the brand may use it"))),
            SelectChoice(REFUSE, str(_l("No, please leave it here"))),
        ]
        self.scopes.choices = _scopes()
        self.term.choices = [SelectChoice(term.value, str(n)) for term, n in TERM_LABELS.items()]
        if not self.term.data:
            self.term.data = Term.YEAR.value

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check; a grant needs a place."""
        is_right: bool = super().validate(extra_validators)
        if is_right and self.answer.data == GRANT and not self.scopes.data:
            message = _l("Choose at least one place where the brand may use it.")
            self.scopes.errors = [str(message)]
            return False
        return is_right

    def grant(self) -> Grant:
        """Return the answer as the service takes it."""
        text = self.terms_version.data or ""
        is_number = text.isascii() and text.isdecimal() and len(text) < 9  # noqa: PLR2004 - fits 32 bits
        return Grant(
            self.answer.data == GRANT,
            tuple(Scope(each) for each in self.scopes.data or ()),
            Term(self.term.data or Term.YEAR.value),
            self.credit.data or "",
            int(text) if is_number else -1,
        )


class AskForm(Form):
    """A request for rights."""

    message = TextAreaField(
        _l("Your message"),
        filters=[clean_text],
        validators=[
            DataRequired(_l("Write a few words: what you want it for.")),
            Length(max=MAX_MESSAGE, message=TOO_LONG),
        ],
    )


class SelectionForm(Form):
    """A selection."""

    name = _line(_l("Name"), MAX_NAME, needed=_l("Give the selection a name."))
    campaign = _line(_l("Campaign or occasion"), MAX_NAME)
    scope = SelectField(_l("Meant for"), choices=(), validators=[InputRequired()])
    note = _line(_l("Note"), MAX_NOTE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope.choices = _scopes()

    def draft(self) -> SelectionDraft:
        """Return it as the service takes it."""
        return SelectionDraft(
            self.name.data or "", self.campaign.data or "", Scope(self.scope.data),
            self.note.data or "",
        )  # fmt: skip


class UseForm(CostlyForm):
    """A use of a post."""

    scope = SelectField(_l("Used on"), choices=(), validators=[InputRequired()])
    place = _line(_l("Where exactly"), MAX_PLACE, needed=_l("Write where it is used."))
    link = StringField(
        _l("Link"),
        filters=[clean],
        validators=[
            Optional(),
            Length(max=MAX_LINK, message=TOO_LONG),
            Regexp(LINK, message=_l("A link begins with https://.")),
        ],
    )
    from_on = DateField(_l("First day"), validators=[InputRequired(_l("Choose the first day."))])
    until_on = DateField(_l("Last day"), validators=[Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope.choices = _scopes()

    def draft(self, selection_id: int | None) -> UseDraft:
        """Return it as the service takes it."""
        return UseDraft(
            Scope(self.scope.data), self.place.data or "", self.link.data or "",
            self.from_on.data, self.until_on.data, selection_id,
        )  # fmt: skip


class TermsForm(Form):
    """A version of the terms."""

    text_zh = TextAreaField(
        _l("Terms in Chinese"),
        filters=[clean_text],
        validators=[
            DataRequired(_l("Write the terms in both languages.")),
            Length(max=MAX_TERMS, message=TOO_LONG),
        ],
    )
    text_en = TextAreaField(
        _l("Terms in English"),
        filters=[clean_text],
        validators=[
            DataRequired(_l("Write the terms in both languages.")),
            Length(max=MAX_TERMS, message=TOO_LONG),
        ],
    )


class ActForm(Form):
    """A button: nothing but the token."""
