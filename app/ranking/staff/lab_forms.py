"""The formula lab's forms: a formula with the months to try it on, a day to publish it from."""

from datetime import date
from typing import Any

from wtforms import IntegerField, SelectChoice, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.kernel.forms import CostlyForm, Form, clean
from app.kernel.i18n import lazy_gettext as _l
from app.ranking.policy.formulas import MAX_CAP, MAX_WEIGHT, NUMBERS
from app.ranking.types import Act, Formula

NUMBER_LABELS: dict[str, tuple[object, object]] = {
    "pair_cap": (
        _l("Acts with the same person"), _l("How many count in a period; 0: all of them."),
    ),
    "repeat_percent": (
        _l("Each further one, percent"), _l("Of what the one before was worth; 100: the same."),
    ),
    "full_people": (
        _l("People for the full count"),
        _l("From fewer people, likes and replies count a part; 0: always in full."),
    ),
    "quality_percent": (
        _l("More for quality, percent"), _l("For each of three marks of a post."),
    ),
    "remix_percent": (_l("Versions of others' posts, percent"), _l("100: like any post.")),
    "buyer_percent": (
        _l("More for a proved purchase, percent"), _l("Of the product that the post shows."),
    ),
}  # fmt: skip
LABEL_CHARS = 60


class TrialForm(CostlyForm):
    """A formula, and the months to try it on."""

    label = StringField(
        _l("What you try"),
        description=_l("So that the team recognises it: “fewer points for likes”."),
        filters=[clean],
        validators=[InputRequired(_l("Give it a name.")), Length(max=LABEL_CHARS)],
    )
    months = SelectMultipleField(
        _l("Months to replay"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[InputRequired(_l("Choose one to six months that are over."))],
    )

    def offer(self, months: list[tuple[date, str]]) -> None:
        """Say which months there are, the newest first."""
        self.months.choices = [SelectChoice(each.isoformat(), name) for each, name in months]

    def show(self, formula: Formula) -> None:
        """Fill a formula in."""
        for act in Act:
            self[f"weight_{act.value}"].data = formula.weights.get(act, 0)
            self[f"cap_{act.value}"].data = formula.day_caps.get(act, 0)
        for name in NUMBERS:
            self[name].data = getattr(formula, name)

    def formula(self) -> Formula:
        """Return the formula that stands in it."""
        weights = {act: self[f"weight_{act.value}"].data or 0 for act in Act}
        caps = {act: self[f"cap_{act.value}"].data or 0 for act in Act}
        numbers: dict[str, Any] = {name: self[name].data or 0 for name in NUMBERS}
        return Formula(
            {act: value for act, value in weights.items() if value},
            {act: value for act, value in caps.items() if value},
            **numbers,
        )

    def chosen_months(self) -> list[date]:
        """Return the months that were ticked."""
        return [date.fromisoformat(each) for each in self.months.data or ()]


def _number(label: object, most: int, description: object = "") -> IntegerField:
    return IntegerField(
        label, description=description, validators=[Optional(), NumberRange(min=0, max=most)]
    )


for _act in Act:
    setattr(TrialForm, f"weight_{_act.value}", _number(_l("Points"), MAX_WEIGHT))
    setattr(TrialForm, f"cap_{_act.value}", _number(_l("At most a day"), MAX_CAP))
for _name, (_least, _most) in NUMBERS.items():
    setattr(TrialForm, _name, _number(*(NUMBER_LABELS[_name][0], _most, NUMBER_LABELS[_name][1])))


class PublishForm(Form):
    """From which day a formula holds."""

    effective_on = SelectField(_l("It holds from"))

    def offer(self, days: list[tuple[date, str]]) -> None:
        """Say on which days a period begins."""
        self.effective_on.choices = [SelectChoice(each.isoformat(), name) for each, name in days]

    def day(self) -> date:
        """Return the day that was chosen."""
        return date.fromisoformat(str(self.effective_on.data))
