"""Earning rules, campaigns, the rate of orders."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType

from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    DecimalField,
    FormField,
    HiddenField,
    IntegerField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.kernel import clock
from app.kernel.forms import Form, clean, clean_text
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.ledger.types import Fund
from app.loyalty.forms.rows import (
    MAX_ROWS,
    MOST,
    CapRow,
    GrowingForm,
    Rows,
    StepRow,
    whole,
    windows,
)
from app.loyalty.rules_words import FUNDS, action_name
from app.loyalty.types import BOTH, Campaign, Cap, Expiry, Lapse, Rule, RuleBook, Window
from app.loyalty.types.actions import Action, AttributeKind
from app.loyalty.words import rule_name

LAPSES = {
    Lapse.NEVER: _l("Never"),
    Lapse.DAYS: _l("So many days after they are given"),
    Lapse.MONTH_END: _l("At the end of a month, so many months ahead"),
    Lapse.YEAR_END: _l("At the end of a year, so many years ahead"),
    Lapse.DATE: _l("After a certain day"),
}
NAME = 40


def name_field(label: object) -> StringField:
    """Return a field for a name in one language."""
    return StringField(
        label,
        filters=[clean],
        validators=[Length(max=NAME, message=_l("At most %(max)d characters."))],
    )


class LivingForm(Form):
    """How long points live."""

    expiry_kind = SelectField(_l("The points lapse"))
    expiry_length = whole(_l("How many"), most=3_650)
    expiry_on = DateField(_l("Last day"), validators=[Optional()])

    def offer_lapses(self) -> None:
        """Offer the ways in which points lapse."""
        self.expiry_kind.choices = [
            SelectChoice(kind.value, str(label)) for kind, label in LAPSES.items()
        ]

    def show_expiry(self, expiry: Expiry) -> None:
        """Show it as it is."""
        self.expiry_kind.data = expiry.kind.value
        self.expiry_length.data = expiry.length or None
        self.expiry_on.data = expiry.on

    @property
    def expiry(self) -> Expiry:
        """Return it."""
        kind = Lapse(self.expiry_kind.data)
        if kind is Lapse.DATE:
            return Expiry(kind, 0, self.expiry_on.data)
        return Expiry(kind, 0 if kind is Lapse.NEVER else self.expiry_length.data or 0)


class RuleForm(GrowingForm, LivingForm):
    """An earning rule."""

    seen = HiddenField()
    name_zh = name_field(_l("Name in Chinese"))
    name_en = name_field(_l("Name in English"))
    points = whole(_l("Points for one act"))
    growth = whole(_l("Growth for one act"))
    amount_on = SelectField(
        _l("The act itself says how much"),
        default="",
        description=_l("Then the two numbers beside it mean nothing, and growth is the same."),
    )
    is_lifted = BooleanField(
        _l("Tiers and campaigns add to it"),
        default=True,
        description=_l("Off: nobody gets more for it than anybody else."),
    )
    fund = SelectField(_l("Purse"))
    slot = SelectField(
        _l("Pays"), description=_l("Of rules that share a group the one that gives most pays.")
    )
    caps = Rows(FormField(CapRow), _l("Limits for one member"), min_entries=1, max_entries=MAX_ROWS)
    pair_window = SelectField(_l("Over"), default=Window.DAY.value)
    pair_points = whole(_l("Points at most"))
    pair_times = whole(_l("Times at most"), most=100_000)
    cooldown_minutes = whole(
        _l("Pause in minutes"),
        most=525_600,
        description=_l("So long after the last time it pays nothing. Empty: no pause."),
    )
    settle_hours = whole(
        _l("Wait in hours"),
        most=8_760,
        description=_l(
            "The points wait so long and can be spent from the next full hour on; what is taken "
            "down meanwhile never becomes spendable. Empty: they can be spent at once."
        ),
    )
    step_on = SelectField(
        _l("Climbs by"),
        default="",
        description=_l("A ladder gives its own points at its steps only."),
    )
    steps = Rows(FormField(StepRow), _l("Steps of the ladder"), max_entries=MAX_ROWS)
    is_on = BooleanField(_l("On"), description=_l("Off: it stays here and pays nothing."))

    def offer_for(self, action: Action, rule: Rule | None, book: RuleBook) -> None:
        """Offer what there is to choose for an action."""
        self.offer_lapses()
        self.action = action
        self.fund.choices = [SelectChoice(f.value, str(name)) for f, name in FUNDS.items()]
        self.pair_window.choices = windows()
        numbers = [each for each in action.attributes if each.kind is AttributeKind.NUMBER]
        self.step_on.choices = [SelectChoice("", _("No ladder"))] + [
            SelectChoice(each.key, str(each.label)) for each in numbers
        ]
        amounts = [each for each in numbers if each.is_amount]
        self.amount_on.choices = [SelectChoice("", _("No, the numbers here"))] + [
            SelectChoice(each.key, str(each.label)) for each in amounts
        ]
        self.steps_of = rule.steps_of if rule else ""
        own = rule.slot if rule else ""
        slots = {"": _("for itself")}
        for other in book.rules.values():
            if other.action == action.key and (rule is None or other.key != rule.key):
                slots.setdefault(
                    other.pays_once_for,
                    _("instead of “%(rule)s”, or that one", rule=rule_name(other)),
                )
        slots.setdefault(own, _("alone in its group"))
        self.slot.choices = [SelectChoice(key, str(label)) for key, label in slots.items()]

    def fill(self, rule: Rule) -> None:
        """Show a rule as it is."""
        self.name_zh.data, self.name_en.data = (rule.names.get(code, "") for code in BOTH)
        self.points.data, self.growth.data = rule.points, rule.growth
        self.fund.data, self.slot.data, self.is_on.data = rule.fund.value, rule.slot, rule.is_on
        self.cooldown_minutes.data = rule.cooldown_minutes or None
        self.settle_hours.data = rule.settle_hours or None
        self.step_on.data, self.amount_on.data = rule.step_on, rule.amount_on
        self.is_lifted.data = rule.is_lifted
        if rule.caps:
            self.caps.entries, self.caps.last_index = [], -1
        for cap in rule.caps:
            form = self.caps.append_entry().form
            form.window.data, form.points.data = cap.window.value, cap.points
            form.times.data = cap.times
        if rule.pair_cap:
            self.pair_window.data = rule.pair_cap.window.value
            self.pair_points.data, self.pair_times.data = rule.pair_cap.points, rule.pair_cap.times
        for step, points in sorted(rule.steps.items()):
            form = self.steps.append_entry().form
            form.step.data, form.points.data = step, points
        self.show_conditions(rule.conditions)
        self.show_expiry(rule.expiry)

    def rule(self, key: str, *, needs_name: bool) -> Rule | None:
        """Return the rule; None where something of its shape is wrong: the fields tell."""
        if not self.validate():
            return None
        names = {BOTH[0]: self.name_zh.data or "", BOTH[1]: self.name_en.data or ""}
        if needs_name and not all(names.values()):
            empty = self.name_en if names[BOTH[0]] else self.name_zh
            empty.errors = [_("Write its name in both languages.")]
            return None
        conditions = self.read_conditions()
        if conditions is None:
            return None
        pair = None
        if self.pair_points.data is not None or self.pair_times.data is not None:
            pair = Cap(Window(self.pair_window.data), self.pair_points.data, self.pair_times.data)
        caps = [entry.form.cap for entry in self.caps.entries]
        return Rule(
            key,
            self.action.key,
            self.points.data or 0,
            self.growth.data or 0,
            Fund(self.fund.data),
            slot=self.slot.data or "",
            caps=tuple(cap for cap in caps if cap is not None),
            pair_cap=pair,
            cooldown_minutes=self.cooldown_minutes.data or 0,
            conditions=conditions,
            settle_hours=self.settle_hours.data or 0,
            expiry=self.expiry,
            step_on=self.step_on.data or "",
            steps=MappingProxyType({} if self.steps_of else self._steps()),
            names=MappingProxyType(names if any(names.values()) else {}),
            is_on=bool(self.is_on.data),
            steps_of=self.steps_of,
            amount_on=self.amount_on.data or "",
            is_lifted=bool(self.is_lifted.data),
        )

    def _steps(self) -> Mapping[int, int]:
        rows = [(entry.form.step.data, entry.form.points.data) for entry in self.steps.entries]
        return {step: points or 0 for step, points in rows if step is not None}


class CampaignForm(GrowingForm):
    """A campaign."""

    seen = HiddenField()
    key = HiddenField()
    name_zh = name_field(_l("Name in Chinese"))
    name_en = name_field(_l("Name in English"))
    actions = SelectMultipleField(
        _l("Lifts"), validate_choice=False, option_widget=CheckboxInput(), widget=ListWidget()
    )
    multiplier = DecimalField(
        _l("Multiplier"),
        places=None,
        default=Decimal(1),
        description=_l("2 doubles what the rule gives; 1 leaves it as it is."),
        validators=[
            InputRequired(_l("Write a multiplier, such as 2 or 1.5.")),
            NumberRange(Decimal(0), Decimal(100), message=_l("From 1 to 100.")),
        ],
    )
    bonus_points = whole(_l("Points on top"), description=_l("For each act that gets anything."))
    starts_at = DateTimeLocalField(
        _l("Begins"),
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        validators=[InputRequired(_l("Choose when it begins."))],
    )
    ends_at = DateTimeLocalField(
        _l("Ends"),
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        description=_l("This moment is not part of it any more. Time of the brand."),
        validators=[InputRequired(_l("Choose when it ends."))],
    )
    budget_points = IntegerField(
        _l("Budget in points"),
        description=_l("All that it may add, to all members together. It can't be passed."),
        validators=[
            InputRequired(_l("Write a budget.")),
            NumberRange(0, 1000 * MOST, message=_l("A whole number, 0 or more.")),
        ],
    )
    is_on = BooleanField(_l("On"), description=_l("Off: it stays here and adds nothing."))

    def offer_acts(self, keys: Iterable[str]) -> None:
        """Offer what can be lifted."""
        self.actions.choices = [SelectChoice(key, str(action_name(key))) for key in keys]

    def fill(self, campaign: Campaign) -> None:
        """Show a campaign as it is."""
        self.name_zh.data, self.name_en.data = (campaign.names.get(code, "") for code in BOTH)
        self.actions.data = list(campaign.actions)
        self.multiplier.data = Decimal(campaign.multiplier_permille) / 1000
        self.bonus_points.data = campaign.bonus_points or None
        zone = clock.zone()
        self.starts_at.data = campaign.starts_at.astimezone(zone).replace(tzinfo=None)
        self.ends_at.data = campaign.ends_at.astimezone(zone).replace(tzinfo=None)
        self.budget_points.data = campaign.budget_points
        self.is_on.data = campaign.is_on
        self.show_conditions(campaign.conditions)

    def campaign(self, key: str) -> Campaign | None:
        """Return the campaign; None where something of its shape is wrong: the fields tell."""
        if not self.validate():
            return None
        conditions = self.read_conditions()
        if conditions is None:
            return None
        names = {BOTH[0]: self.name_zh.data or "", BOTH[1]: self.name_en.data or ""}
        zone = clock.zone()
        return Campaign(
            key,
            MappingProxyType(names),
            tuple(self.actions.data),
            int(self.multiplier.data * 1000),
            self.bonus_points.data or 0,
            self.starts_at.data.replace(tzinfo=zone),
            self.ends_at.data.replace(tzinfo=zone),
            self.budget_points.data,
            conditions,
            bool(self.is_on.data),
        )


class OrdersForm(LivingForm):
    """What orders earn."""

    seen = HiddenField()
    money = DecimalField(
        _l("Money for one point"),
        places=2,
        description=_l("1.00: a point for each full 1.00. It counts for orders from now on."),
        validators=[
            InputRequired(_l("Write an amount, such as 1.00.")),
            NumberRange(Decimal(0), Decimal(1_000_000), message=_l("From 0.01 on.")),
        ],
    )

    @property
    def minor_per_point(self) -> int:
        """Return the amount in minor units."""
        return int(self.money.data * 100)


class PublishForm(Form):
    """Let a draft hold."""

    seen = HiddenField()
    note = TextAreaField(
        _l("Why"),
        filters=[clean_text],
        description=_l("A few words for the team. They stay with this version."),
        validators=[
            DataRequired(_l("Write a few words: what changes, and why.")),
            Length(max=200, message=_l("At most %(max)d characters.")),
        ],
    )


class DryRunForm(Form):
    """Ask what a time would have cost."""

    since = DateField(_l("From"), validators=[InputRequired(_l("Choose a day."))])
    until = DateField(_l("To"), validators=[InputRequired(_l("Choose a day."))])
    moves_campaigns = BooleanField(
        _l("As if its campaigns had been on then"),
        description=_l("Campaigns of another time begin with the first day."),
        default=True,
    )


class SeenForm(Form):
    """A button that acts on what was looked at."""

    seen = HiddenField()
