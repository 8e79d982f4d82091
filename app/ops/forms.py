"""Shapes of what the team sends."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.community.queries import BoardRow
from app.kernel import i18n
from app.kernel.forms import CostlyForm, Form, clean, clean_text
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Person
from app.ops.types import (
    DAYS,
    KIND_NAMES,
    POSTED,
    WEEK,
    ItemDraft,
    ItemKind,
    Row,
    Text,
    TopicDraft,
    read_week,
    this_week,
    week_key,
)

AHEAD = 8  # weeks that a topic may be planned ahead
MOST_GOAL = 20


def _line(label: object, most: int, *, needed: bool = True) -> StringField:
    first = InputRequired(message=_l("Write something here.")) if needed else Optional()
    return StringField(label, filters=[clean], validators=[first, Length(max=most)])


def _area(label: object, most: int, *, needed: bool = False) -> TextAreaField:
    first = InputRequired(message=_l("Write something here.")) if needed else Optional()
    return TextAreaField(label, filters=[clean_text], validators=[first, Length(max=most)])


def _kinds(kinds: Sequence[ItemKind] = tuple(ItemKind)) -> list[SelectChoice]:
    return [SelectChoice(kind.value, KIND_NAMES[kind]) for kind in kinds]


def people_choices(team: Sequence[Person]) -> list[tuple[str, str]]:
    """Return who may be asked, for a select; the first is nobody."""
    return [("", str(_l("Nobody yet"))), *((each.yid, each.name) for each in team)]


class ItemForm(Form):
    """A piece of work."""

    on = DateField(_l("Day"), validators=[InputRequired(message=_l("Choose a day."))])
    kind = SelectField(_l("What it is"), choices=[])
    title = _line(_l("What is to be done"), 120)
    text = _area(_l("Text to post"), 4_000)
    note = _area(_l("Note for the team"), 400)
    assignee = SelectField(_l("Who does it"), choices=[], validate_choice=False)

    def __init__(self, *args: Any, team: Sequence[Person] = (), **values: Any) -> None:
        """Offer the kinds and the team."""
        super().__init__(*args, **values)
        self.kind.choices = _kinds()
        self.assignee.choices = [SelectChoice(*each) for each in people_choices(team)]
        self._team = {each.yid: each.id for each in team}

    def draft(self) -> ItemDraft:
        """Return what it says."""
        return ItemDraft(
            self.on.data,
            ItemKind(self.kind.data),
            self.title.data,
            self.text.data or "",
            self.note.data or "",
            self._team.get(self.assignee.data or ""),
        )


class RowForm(Form):
    """A line of the checklist."""

    kind = SelectField(_l("What it is"), choices=[])
    title_zh = _line(_l("Title in Chinese"), 60)
    title_en = _line(_l("Title in English"), 60)
    goal = IntegerField(
        _l("How often a week"),
        default=1,
        validators=[
            InputRequired(message=_l("Write a number.")),
            NumberRange(1, MOST_GOAL, message=_l("Between 1 and 20.")),
        ],
    )
    weekday = SelectField(_l("On which day"), choices=[])
    position = IntegerField(
        _l("Place in the list"), default=100, validators=[Optional(), NumberRange(0, 9_999)]
    )
    is_on = BooleanField(_l("It belongs to a good week"), default=True)

    def __init__(self, *args: Any, weekdays: Sequence[str] = (), **values: Any) -> None:
        """Offer kinds and weekdays."""
        super().__init__(*args, **values)
        self.kind.choices = _kinds()
        named = [SelectChoice(str(n), name) for n, name in enumerate(weekdays)]
        self.weekday.choices = [SelectChoice("", _l("Spread over the week")), *named]

    def row(self, key: str) -> Row:
        """Return what it says."""
        weekday = self.weekday.data
        return Row(
            key,
            ItemKind(self.kind.data),
            self.title_zh.data,
            self.title_en.data,
            self.goal.data,
            int(weekday) if weekday else None,
            bool(self.is_on.data),
            self.position.data or 0,
        )


class TextForm(Form):
    """A text of the library."""

    kind = SelectField(_l("What it is"), choices=[])
    name_zh = _line(_l("Name in Chinese"), 60)
    name_en = _line(_l("Name in English"), 60)
    text_zh = _area(_l("Text in Chinese"), 2_000, needed=True)
    text_en = _area(_l("Text in English"), 2_000, needed=True)
    position = IntegerField(
        _l("Place in the list"), default=100, validators=[Optional(), NumberRange(0, 9_999)]
    )

    def __init__(self, *args: Any, **values: Any) -> None:
        """Offer the kinds that are posted."""
        super().__init__(*args, **values)
        self.kind.choices = _kinds(POSTED)

    def text(self, key: str) -> Text:
        """Return what it says."""
        return Text(
            key,
            ItemKind(self.kind.data),
            self.name_zh.data,
            self.name_en.data,
            self.text_zh.data,
            self.text_en.data,
            self.position.data or 0,
        )


class TopicDraftForm(Form):
    """A hot topic in preparation. Kept as it is; complete only when it is planned."""

    name_zh = _line(_l("Name in Chinese"), 40, needed=False)
    name_en = _line(_l("Name in English"), 40, needed=False)
    slug = _line(_l("Address"), 40, needed=False)
    week = SelectField(_l("Week"), choices=[])
    board = SelectField(_l("Board for the opening question"), choices=[], validate_choice=False)
    purpose_zh = _area(_l("What it is about, in Chinese"), 200)
    purpose_en = _area(_l("What it is about, in English"), 200)
    question_zh = _area(_l("Opening question in Chinese"), 400)
    question_en = _area(_l("Opening question in English"), 400)

    def __init__(self, *args: Any, boards: Sequence[BoardRow] = (), **values: Any) -> None:
        """Offer boards and the coming weeks."""
        super().__init__(*args, **values)
        weeks = [this_week() + n * WEEK for n in range(AHEAD + 1)]
        kept = read_week(self.week.data)
        if kept is not None and kept not in weeks:
            weeks.insert(0, kept)
        self.week.choices = [SelectChoice(week_key(on), week_span(on)) for on in weeks]
        named = [SelectChoice(each.slug, each.name(i18n.locale_code())) for each in boards]
        self.board.choices = [SelectChoice("", _l("The team chooses")), *named]

    def draft(self) -> TopicDraft:
        """Return what it says."""
        return TopicDraft(
            self.name_zh.data or "",
            self.name_en.data or "",
            self.slug.data or "",
            read_week(self.week.data) or this_week() + WEEK,
            self.board.data or "",
            self.purpose_zh.data or "",
            self.purpose_en.data or "",
            self.question_zh.data or "",
            self.question_en.data or "",
        )


def week_span(monday: date) -> str:
    """Return a week by its first and last day."""
    return f"{i18n.day(monday)} – {i18n.day(monday + timedelta(days=DAYS - 1))}"


class PlanForm(CostlyForm):
    """The guided plan: its lines come from the checklist, see :func:`read_lines`."""


def read_lines(
    form: Any, week_on: date, kinds: Sequence[ItemKind], team: Sequence[Person]
) -> tuple[list[ItemDraft], list[int]]:
    """Return the ticked lines of a guided plan, and the numbers of lines without a title.

    Args:
        form: what was sent, by name: ``on-3``, ``title-3``, ``day-3``, ``who-3``, ``text-3``.
        week_on: the Monday that days are counted from.
        kinds: what each line is, in the order of the page.
        team: who may be asked.
    """
    ids = {each.yid: each.id for each in team}
    drafts, bare = [], []
    for number, kind in enumerate(kinds):
        if form.get(f"on-{number}") != "1":
            continue
        title = clean(form.get(f"title-{number}", "")) or ""
        if not title:
            bare.append(number)
        day = form.get(f"day-{number}", "0")
        offset = int(day) if day in {str(n) for n in range(DAYS)} else 0
        drafts.append(
            ItemDraft(
                week_on + timedelta(days=offset),
                kind,
                title[:120],
                (clean_text(form.get(f"text-{number}", "")) or "")[:4_000],
                assignee_id=ids.get(form.get(f"who-{number}", "")),
            )
        )
    return drafts, bare
