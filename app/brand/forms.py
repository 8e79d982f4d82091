"""Pages, cards and columns as staff write them."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms import Form as Part
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp

from app.brand.types import (
    KIND_LABELS,
    MAX_CHAPTERS,
    MAX_LEAD,
    MAX_LINE,
    MAX_SLUG,
    MAX_TEXT,
    MAX_TITLE,
    VALUE_ICONS,
    Chapter,
    ColumnDraft,
    PageDraft,
    PageKind,
    PersonDraft,
)
from app.kernel.forms import Form, clean, clean_text
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Person

SLUG = r"^[a-z0-9][a-z0-9-]*$"
TOO_LONG = _l("This is too long.")
RESERVED = frozenset({"people", "columns", "story", "values"})
MAX_JOB_ZH, MAX_JOB_EN, MAX_PLAN = 24, 40, 120


def _line(label: object, most: int, *, needed: object | None = None, **more: Any) -> StringField:
    checks = [DataRequired(needed)] if needed else [Optional()]
    return StringField(
        label, filters=[clean], validators=[*checks, Length(max=most, message=TOO_LONG)], **more
    )


def _area(label: object, most: int) -> TextAreaField:
    return TextAreaField(
        label, filters=[clean_text], validators=[Optional(), Length(max=most, message=TOO_LONG)]
    )


def _slug() -> StringField:
    return StringField(
        _l("Address"),
        filters=[clean, lambda text: text.lower() if text else text],
        validators=[
            DataRequired(_l("Write a short address.")),
            Length(max=MAX_SLUG, message=TOO_LONG),
            Regexp(SLUG, message=_l("Small letters, figures and hyphens only.")),
        ],
    )


class ChapterPart(Part):
    """One chapter; its row is left out as long as nothing is written into it."""

    position = IntegerField(
        _l("Place"),
        validators=[Optional(), NumberRange(1, 99, message=_l("A whole number from 1."))],
    )
    icon = SelectField(_l("Picture"), choices=(), validators=[Optional()])
    title_zh = _line(_l("Title in Chinese"), MAX_TITLE)
    title_en = _line(_l("Title in English"), MAX_TITLE)
    body_zh = _area(_l("Text in Chinese"), MAX_TEXT)
    body_en = _area(_l("Text in English"), MAX_TEXT)
    media_id = HiddenField()
    drops_photo = BooleanField(_l("Take its photo away"))
    is_dropped = BooleanField(_l("Leave this chapter out"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.icon.choices = [SelectChoice(icon, str(name)) for icon, name in VALUE_ICONS.items()]

    @property
    def is_blank(self) -> bool:
        """Return whether nothing was written into it, or it is to be left out."""
        written = (self.title_zh, self.title_en, self.body_zh, self.body_en, self.media_id)
        return bool(self.is_dropped.data) or not any(field.data for field in written)

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check the chapter, unless there is none."""
        if self.is_blank:
            return True
        is_right: bool = super().validate(extra_validators)
        if not (self.title_zh.data or self.title_en.data):
            self.title_zh.errors = [*self.title_zh.errors, str(_l("Give the chapter a title."))]
            is_right = False
        return is_right

    @property
    def photo_id(self) -> int | None:
        """Return the photo that it shows."""
        text = self.media_id.data or ""
        is_number = text.isascii() and text.isdecimal() and len(text) < 19  # noqa: PLR2004 - fits 64 bits
        return int(text) if is_number and not self.drops_photo.data else None

    def chapter(self) -> Chapter:
        """Return it as the service takes it."""
        return Chapter(
            self.title_zh.data or "", self.title_en.data or "", self.body_zh.data or "",
            self.body_en.data or "", self.icon.data or "", self.photo_id,
        )  # fmt: skip


class PageForm(Form):
    """A page with its chapters."""

    kind = SelectField(_l("Kind of page"), choices=(), validators=[Optional()])
    slug = _slug()
    title_zh = _line(_l("Title in Chinese"), MAX_TITLE, needed=_l("Write a title."))
    title_en = _line(_l("Title in English"), MAX_TITLE, needed=_l("Write a title."))
    lead_zh = _line(_l("First sentence in Chinese"), MAX_LEAD)
    lead_en = _line(_l("First sentence in English"), MAX_LEAD)
    chapters = FieldList(FormField(ChapterPart), max_entries=MAX_CHAPTERS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [SelectChoice(kind.value, str(n)) for kind, n in KIND_LABELS.items()]

    @property
    def page_kind(self) -> PageKind:
        """Return what the page is."""
        return PageKind(self.kind.data or PageKind.PAGE.value)

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check everything; story and values have their own addresses."""
        if self.page_kind in {PageKind.STORY, PageKind.VALUES}:
            self.slug.data = self.page_kind.value
            return bool(super().validate(extra_validators))
        is_right: bool = super().validate(extra_validators)
        if self.slug.data in RESERVED:
            self.slug.errors = [str(_l("This address is taken. Choose another one."))]
            return False
        return is_right

    def draft(self) -> PageDraft:
        """Return the page as the service takes it, chapters by the places they were given."""
        kept = [part.form for part in self.chapters if not part.form.is_blank]
        placed = sorted(enumerate(kept), key=lambda pair: (pair[1].position.data or 99, pair[0]))
        return PageDraft(
            self.title_zh.data or "", self.title_en.data or "", self.lead_zh.data or "",
            self.lead_en.data or "", [form.chapter() for _n, form in placed],
        )  # fmt: skip


class PersonForm(Form):
    """A people card."""

    job_zh = _line(_l("Job in Chinese"), MAX_JOB_ZH, needed=_l("Write what you do."))
    job_en = _line(_l("Job in English"), MAX_JOB_EN, needed=_l("Write what you do."))
    line_zh = _line(_l("A sentence about you, in Chinese"), MAX_LINE)
    line_en = _line(_l("A sentence about you, in English"), MAX_LINE)
    ask_zh = _line(_l("What to ask you about, in Chinese"), MAX_LINE)
    ask_en = _line(_l("What to ask you about, in English"), MAX_LINE)
    media_id = HiddenField()
    portrait = FileField(_l("Portrait"))

    def draft(self, media_id: int | None) -> PersonDraft:
        """Return the card as the service takes it."""
        return PersonDraft(
            self.job_zh.data or "", self.job_en.data or "", self.line_zh.data or "",
            self.line_en.data or "", self.ask_zh.data or "", self.ask_en.data or "", media_id,
        )  # fmt: skip


class ColumnForm(Form):
    """A column."""

    slug = _slug()
    title_zh = _line(_l("Title in Chinese"), MAX_TITLE, needed=_l("Write a title."))
    title_en = _line(_l("Title in English"), MAX_TITLE, needed=_l("Write a title."))
    about_zh = _line(_l("What it is about, in Chinese"), MAX_LEAD)
    about_en = _line(_l("What it is about, in English"), MAX_LEAD)
    weekday = SelectField(_l("Comes out on"), coerce=int, validators=[InputRequired()])
    author = SelectField(
        _l("Written by"), coerce=int, validators=[InputRequired(_l("Choose who writes it."))]
    )

    def offer(self, days: Sequence[str], people: Sequence[Person]) -> None:
        """Fill the choices: names of the days, Monday first, and the people of the brand."""
        self.weekday.choices = [SelectChoice(n, day) for n, day in enumerate(days)]
        self.author.choices = [SelectChoice(each.id, each.name) for each in people]

    def draft(self) -> ColumnDraft:
        """Return the column as the service takes it."""
        return ColumnDraft(
            self.slug.data or "", self.title_zh.data or "", self.title_en.data or "",
            self.about_zh.data or "", self.about_en.data or "", self.weekday.data,
            self.author.data,
        )  # fmt: skip


class PlanForm(Form):
    """What an issue to come will be about."""

    due_on = HiddenField(validators=[Regexp(r"^\d{4}-\d{2}-\d{2}$")])
    title = _line(_l("Working title"), MAX_PLAN)


class ActForm(Form):
    """A button: nothing but the token."""
