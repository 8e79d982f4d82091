"""Rows in forms that grow and shrink without a script: limits, conditions, steps.

A button of the form adds a row or takes one out; the form comes back with all that was typed.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import (
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms import Form as Rowlike
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.kernel.forms import Form, clean
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.loyalty import words
from app.loyalty.policy.checking_conditions import TESTS
from app.loyalty.types import Cap, Compare, Condition, Value, Window
from app.loyalty.types.actions import Attribute, AttributeKind

MOST = 1_000_000
MAX_ROWS = 30
TESTS_IN_WORDS = {
    Compare.IS: _l("is"),
    Compare.AT_LEAST: _l("at least"),
    Compare.AT_MOST: _l("at most"),
    Compare.ANY_OF: _l("one of these"),
    Compare.NONE_OF: _l("none of these"),
}
YES, NO = "yes", "no"


def whole(label: object, *, most: int = MOST, description: object = "") -> IntegerField:
    """Return a field for a whole number that may stay empty."""
    return IntegerField(
        label,
        description=description,
        validators=[Optional(), NumberRange(0, most, message=_l("A whole number, 0 or more."))],
    )


def windows() -> list[SelectChoice]:
    """Return what a limit can count over."""
    return [SelectChoice(each.value, str(words.window_name(each))) for each in Window]


class Rows(FieldList):
    """Rows of a form; its errors are sentences, as those of any field."""

    errors: list[Any]
    entries: list[Any]
    last_index: int

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """Check every row."""
        good = bool(super().validate(form, extra_validators))
        self.errors = [str(each) for row in self.errors for each in _flat(row)]
        return good

    def change(self, button: str) -> None:
        """Take out the row that a button names."""
        self.entries = [entry for entry in self.entries if entry.name != button]


def _flat(errors: Any) -> Iterable[object]:
    if isinstance(errors, Mapping):
        for each in errors.values():
            yield from _flat(each)
    elif isinstance(errors, list | tuple):
        for each in errors:
            yield from _flat(each)
    else:
        yield errors


class CapRow(Rowlike):
    """One limit."""

    window = SelectField(_l("Over"))
    points = whole(_l("Points at most"))
    times = whole(_l("Times at most"), most=100_000)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.window.choices = windows()

    @property
    def cap(self) -> Cap | None:
        """Return the limit; None where the row was left empty."""
        if self.points.data is None and self.times.data is None:
            return None
        return Cap(Window(self.window.data), self.points.data, self.times.data)


class StepRow(Rowlike):
    """One step of a ladder."""

    step = whole(_l("From"))
    points = whole(_l("Points"))


class ConditionRow(Rowlike):
    """One condition; what it asks was chosen when the row was made."""

    attribute = HiddenField()
    test = SelectField(_l("How"), validate_choice=False)
    value = StringField(_l("Value"), filters=[clean])
    chosen = SelectMultipleField(
        _l("Values"), validate_choice=False, option_widget=CheckboxInput(), widget=ListWidget()
    )

    def prepare(self, attribute: Attribute | None) -> None:
        """Offer what fits the attribute."""
        self.known = attribute
        kind = attribute.kind if attribute else AttributeKind.NUMBER
        if kind is AttributeKind.FLAG:
            self.test.choices = [SelectChoice(YES, _("yes")), SelectChoice(NO, _("no"))]
        else:
            offered = TESTS[kind][:2] if kind is AttributeKind.CHOICE else TESTS[kind]
            self.test.choices = [
                SelectChoice(test.value, str(TESTS_IN_WORDS[test])) for test in offered
            ]
        options = attribute.options() if attribute and attribute.options else ()
        self.chosen.choices = [SelectChoice(str(value), str(label)) for value, label in options]
        self.values = {str(value): value for value, _label in options}

    @property
    def label(self) -> object:
        """Return what the row asks about."""
        return self.known.label if self.known else self.attribute.data

    @property
    def has_options(self) -> bool:
        """Return whether its value is chosen from a list."""
        return bool(self.known and self.known.options)

    @property
    def is_flag(self) -> bool:
        """Return whether it is answered by yes or no."""
        return bool(self.known and self.known.kind is AttributeKind.FLAG)

    def fill(self, condition: Condition) -> None:
        """Show a condition as it is."""
        value = condition.value
        self.attribute.data = condition.attribute
        if isinstance(value, bool):
            self.test.data = YES if value else NO
            return
        test = condition.test
        values = value if isinstance(value, tuple) else (value,)
        if self.known and self.known.kind is AttributeKind.CHOICE and test is Compare.IS:
            test = Compare.ANY_OF
        self.test.data = test.value
        self.value.data = ", ".join(str(each) for each in values)
        self.chosen.data = [str(each) for each in values]

    def condition(self) -> Condition | None:
        """Return the condition; None where its value does not fit: :attr:`errors` tell."""
        name = str(self.attribute.data)
        if self.is_flag:
            return Condition(name, Compare.IS, value=self.test.data != NO)
        test = Compare(self.test.data)
        value = self._value()
        if value is None:
            self.value.errors = [*self.value.errors, _("Write or choose a value.")]
            return None
        return Condition(name, test, value)

    def _value(self) -> Value | None:
        if self.has_options:
            picked = [self.values[each] for each in self.chosen.data if each in self.values]
            return tuple(picked) or None
        text = str(self.value.data or "").replace("，", ",").replace("、", ",")
        if self.known and self.known.kind is AttributeKind.CHOICE:
            listed = [each.strip().lstrip("#＃") for each in text.split(",")]
            return tuple(each for each in listed if each) or None
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004 - fits any column


class GrowingForm(Form):
    """A form whose rows grow by a button of it."""

    conditions = Rows(FormField(ConditionRow), _l("Conditions"), max_entries=MAX_ROWS)
    add_attribute = SelectField(_l("Another condition"), validate_choice=False)

    def offer(self, known: Mapping[str, Attribute]) -> None:
        """Say what conditions may ask. Call it before anything else."""
        self.known = dict(known)
        self.add_attribute.choices = [SelectChoice("", _("Choose what to ask"))] + [
            SelectChoice(key, str(each.label)) for key, each in known.items()
        ]
        for entry in self.conditions.entries:
            entry.form.prepare(known.get(str(entry.form.attribute.data)))

    def show_conditions(self, conditions: Iterable[Condition]) -> None:
        """Show conditions as they are."""
        for condition in conditions:
            entry = self.conditions.append_entry()
            entry.form.prepare(self.known.get(condition.attribute))
            entry.form.fill(condition)

    def grown(self, add: str, take_out: str) -> bool:
        """Add a row or take one out, as a button asks; return whether it was one of these."""
        if take_out:
            for rows in (field for field in self if isinstance(field, Rows)):
                rows.change(take_out)
            return True
        if add == "conditions":
            wanted = str(self.add_attribute.data or "")
            if wanted in self.known and len(self.conditions.entries) < MAX_ROWS:
                entry = self.conditions.append_entry()
                entry.form.attribute.data = wanted
                entry.form.prepare(self.known[wanted])
                self.add_attribute.data = ""
            return True
        rows = self._fields.get(add)
        if isinstance(rows, Rows):
            if len(rows.entries) < MAX_ROWS:
                rows.append_entry()
            return True
        return False

    def read_conditions(self) -> tuple[Condition, ...] | None:
        """Return the conditions; None where one has no value: it is told at its row."""
        read = [entry.form.condition() for entry in self.conditions.entries]
        if any(each is None for each in read):
            self.conditions.errors = [_("A condition has no value.")]
            return None
        return tuple(each for each in read if each is not None)
