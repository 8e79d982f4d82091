"""Forms of members and staff."""

from datetime import date
from typing import Any

from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    IntegerField,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length, Optional

from app.kernel import audience, goods, i18n
from app.kernel.forms import Form, clean
from app.kernel.goods import Thing
from app.kernel.i18n import lazy_gettext as _l
from app.ranking.queries import scope_choices
from app.ranking.shown import ACTS, PERIODS, SCOPES, TIES, scope_label
from app.ranking.types import Act, BoardDraft, FieldError, Formula, Period, Prize, Scope, Ties

TOO_LONG = _l("This is too long.")
WHOLE = _l("Write whole numbers only.")
ROWS = 5  # of prizes that are shown when a board has none yet


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


def _line(label: object, most: int, **more: Any) -> StringField:
    checks = [InputRequired(_l("Write something here.")), Length(max=most, message=TOO_LONG)]
    return StringField(label, filters=[clean], validators=checks, **more)


def _number(label: object, **more: Any) -> IntegerField:
    checks = [InputRequired(message=WHOLE)]
    return IntegerField(label, validators=checks, **more)


class PrizeRow(PlainForm):
    """What a range of ranks gets; a row without a prize says nothing."""

    first = IntegerField(_l("From rank"), validators=[Optional()])
    last = IntegerField(_l("To rank"), validators=[Optional()])
    thing = SelectField(_l("Prize"), choices=(), validate_choice=False)
    amount = StringField(_l("Amount"), filters=[clean])
    count = IntegerField(_l("Each gets"), validators=[Optional()], default=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.thing.choices = things()

    def prize(self) -> Prize | None:
        """Return the prize of the row, or None for an empty one.

        Raises:
            ValueError: something is missing.
        """
        if not self.thing.data:
            return None
        kind, _colon, ref = str(self.thing.data).partition(":")
        thing = Thing.parse(f"{kind}:{ref or (self.amount.data or '').strip()}")
        first = self.first.data
        if first is None or self.count.data is None:
            raise ValueError("no rank, or no count")
        return Prize(first, self.last.data or first, thing, self.count.data)


def things() -> list[SelectChoice]:
    """Return everything that can be a prize; what is an amount asks for one beside it."""
    choices = [SelectChoice("", str(_l("No prize")))]
    for kind in goods.kinds():
        if kind.is_amount:
            choices.append(SelectChoice(f"{kind.key}:", str(kind.label)))
        else:
            choices += [
                SelectChoice(f"{kind.key}:{ref}", f"{kind.label}: {label}")
                for ref, label in kind.choices()
            ]
    return choices


class BoardForm(Form):
    """A board."""

    slug = _line(_l("Address"), 40, description=_l("Small letters, digits, hyphens: hot-week"))
    name_zh = _line(_l("Name in Chinese"), 24)
    name_en = _line(_l("Name in English"), 40)
    period = SelectField(_l("Begins anew"), choices=())
    place = SelectField(
        _l("Scope"),
        choices=(),
        description=_l("Check-ins and orders count for the whole community only."),
    )
    audience = SelectField(_l("Who counts"), choices=())
    not_audience = SelectField(_l("Who doesn't"), choices=())
    has_staff = BooleanField(_l("The team counts too"))
    ties = SelectField(_l("Equal scores"), choices=())
    minimum = _number(
        _l("Points for a place"), description=_l("Below it nobody is in the hall of fame.")
    )
    wait_hours = _number(
        _l("Hours between the end and the prizes"),
        description=_l("Time to look at the standing and to leave somebody out."),
    )
    position = _number(_l("Place among the boards"))
    prizes = FieldList(FormField(PrizeRow), min_entries=ROWS, max_entries=10)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.period.choices = [SelectChoice(p.value, str(label)) for p, label in PERIODS.items()]
        self.ties.choices = [SelectChoice(t.value, str(label)) for t, label in TIES.items()]
        known = [SelectChoice(key, str(label)) for key, label in audience.choices()]
        self.audience.choices = known
        self.not_audience.choices = [
            SelectChoice("", str(_l("Nobody"))),
            *(each for each in known if each.value != "all"),
        ]
        self.place.choices = [
            SelectChoice("site:", str(SCOPES[Scope.SITE])),
            *(
                SelectChoice(f"{scope}:{ref}", f"{scope_label(scope)}: {name}")
                for scope, ref, name in scope_choices()
            ),
        ]

    def show(self, draft: BoardDraft) -> None:
        """Fill in what a board says now."""
        for name in ("slug", "name_zh", "name_en", "audience", "not_audience", "has_staff"):
            self[name].data = getattr(draft, name)
        self.period.data, self.ties.data = draft.period.value, draft.ties.value
        self.place.data = f"{draft.scope}:{draft.scope_ref}"
        self.minimum.data, self.wait_hours.data = draft.minimum, draft.wait_hours
        self.position.data = draft.position
        while len(self.prizes) < min(10, max(ROWS, len(draft.prizes) + 2)):
            self.prizes.append_entry()
        amounts = {kind.key for kind in goods.kinds() if kind.is_amount}
        for row, prize in zip(self.prizes, draft.prizes, strict=False):
            is_amount = prize.thing.kind in amounts
            row.first.data, row.last.data = prize.from_rank, prize.to_rank
            row.thing.data = f"{prize.thing.kind}:" if is_amount else str(prize.thing)
            row.amount.data = prize.thing.ref if is_amount else ""
            row.count.data = prize.count

    def draft(self) -> BoardDraft:
        """Return the board as the service takes it.

        Raises:
            FieldError: a row of prizes lacks something.
        """
        scope, _colon, ref = str(self.place.data).partition(":")
        prizes = []
        for number, row in enumerate(self.prizes):
            try:
                prize = row.form.prize()
            except ValueError:
                message = _l("Say which ranks get it, how much, and how many each.")
                raise FieldError(f"prizes-{number}", message) from None
            if prize is not None:
                prizes.append(prize)
        return BoardDraft(
            self.slug.data or "", self.name_zh.data or "", self.name_en.data or "",
            Period(self.period.data), scope, ref, self.audience.data or "",
            self.not_audience.data or "", bool(self.has_staff.data), Ties(self.ties.data),
            self.minimum.data, self.wait_hours.data, tuple(prizes), self.position.data,
        )  # fmt: skip

    def blame(self, error: FieldError) -> None:
        """Put an error of the service at its field."""
        name = {"scope_ref": "place"}.get(error.field, error.field)
        head, _dash, number = name.partition("-")
        if head == "prizes" and number.isdecimal() and int(number) < len(self.prizes):
            row = self.prizes[int(number)].form
            row.thing.errors = [str(error.message)]
            self.form_errors.append(str(error.message))
        elif name in self:
            self[name].errors = [str(error.message)]
        else:
            self.form_errors.append(str(error.message))


class _FormulaFields(Form):
    pair_cap = _number(
        _l("Times the same person counts"), description=_l("In one period. 0: every time.")
    )
    repeat_percent = _number(
        _l("Worth of the same person again, in percent"),
        description=_l("Of the time before. 100: always the same."),
    )
    full_people = _number(
        _l("Different people for the full worth"),
        description=_l("From fewer, what others give counts in part. 0: always in full."),
    )
    quality_percent = _number(
        _l("Added for each mark of quality, in percent"),
        description=_l("Three photos, a recipe in steps, a longer text."),
    )
    remix_percent = _number(_l("Worth of a version of somebody else's post, in percent"))
    buyer_percent = _number(
        _l("Added for a proved purchase, in percent"),
        description=_l("The post shows a product that its author bought here."),
    )

    def show(self, formula: Formula) -> None:
        """Fill in a formula."""
        for act in Act:
            self[f"weight_{act.value}"].data = formula.weights.get(act, 0)
            self[f"cap_{act.value}"].data = formula.day_caps.get(act, 0)
        for name in NUMBERS:
            self[name].data = getattr(formula, name)

    def formula(self) -> Formula:
        """Return it as the service takes it; 0 means: does not count, has no cap."""
        weights = {act: self[f"weight_{act.value}"].data for act in Act}
        caps = {act: self[f"cap_{act.value}"].data for act in Act}
        return Formula(
            {act: value for act, value in weights.items() if value},
            {act: value for act, value in caps.items() if value},
            **{name: self[name].data for name in NUMBERS},
        )

    def blame(self, error: FieldError) -> None:
        """Put an error of the service at its field."""
        if error.field in self:
            self[error.field].errors = [str(error.message)]
        else:
            self.form_errors.append(str(error.message))


NUMBERS = (
    "pair_cap", "repeat_percent", "full_people", "quality_percent", "remix_percent",
    "buyer_percent",
)  # fmt: skip

FormulaForm: type[_FormulaFields] = type(
    "FormulaForm",
    (_FormulaFields,),
    {
        "__doc__": "A formula: a weight and a cap for every act, and what holds for all.",
        **{
            f"{name}_{act.value}": _number(label)
            for act, label in ACTS.items()
            for name in ("weight", "cap")
        },
    },
)


class PublishForm(Form):
    """From which day a formula holds."""

    effective_on = SelectField(_l("Holds from"), choices=())

    def offer(self, days: list[date]) -> None:
        """Offer the days on which periods begin."""
        self.effective_on.choices = [SelectChoice(d.isoformat(), i18n.day(d)) for d in days]


class ExcludeForm(Form):
    """Why somebody is left out."""

    reason = _line(
        _l("Why"), 200, description=_l("The team reads it; what is audited names no words.")
    )


class AwardForm(Form):
    """Another thing in the place of a prize that is gone; empty: the same again."""

    thing = SelectField(_l("Prize"), choices=(), validate_choice=False)
    amount = StringField(_l("Amount"), filters=[clean])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        same = SelectChoice("", str(_l("The same again")))
        self.thing.choices = [same, *things()[1:]]

    def chosen(self) -> Thing | None:
        """Return the other thing, or None for the same.

        Raises:
            FieldError: it is an amount, and none is written.
        """
        if not self.thing.data:
            return None
        kind, _colon, ref = str(self.thing.data).partition(":")
        try:
            return Thing.parse(f"{kind}:{ref or (self.amount.data or '').strip()}")
        except ValueError:
            raise FieldError("amount", _l("Write a whole number above 0.")) from None
