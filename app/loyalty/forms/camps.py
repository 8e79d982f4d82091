"""Shapes of camps: the plan, a task, a cohort; what members hand in."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, SelectChoice, StringField
from wtforms.validators import Length, Optional

from app.kernel import clock
from app.kernel.forms import Form, clean
from app.kernel.i18n import lazy_gettext as _l
from app.loyalty.forms.fields import (
    TOO_LONG,
    WantedForm,
    address,
    day,
    line,
    lines,
    wanted_data,
    whole,
)
from app.loyalty.types.camps import (
    MAX_BONUS,
    MAX_DAYS,
    CohortDraft,
    PlanDraft,
    TaskDraft,
    TaskKind,
)

KIND_NAMES = {
    TaskKind.ACT: _l("Do something here"),
    TaskKind.STEPS: _l("Follow the steps"),
    TaskKind.LINK: _l("Hand in a link"),
    TaskKind.PHOTO: _l("Hand in a photo"),
}


class PlanForm(Form):
    """What a version of a camp says."""

    title_zh = line(_l("Title in Chinese"), 60)
    title_en = line(_l("Title in English"), 60)
    about_zh = lines(_l("About it, in Chinese"), 600, needed=True)
    about_en = lines(_l("About it, in English"), 600, needed=True)
    day_count = whole(_l("How many days"), 1, MAX_DAYS, default=7)
    late_days = whole(
        _l("How many days back"), 0, MAX_DAYS - 1, default=0,
        description=_l("A missed task may be made up so many days later. 0: not at all."),
    )  # fmt: skip
    late_max = whole(
        _l("How many tasks may be made up"), 0, 100, default=0,
        description=_l("A check-in can't be: let members graduate with fewer tasks."),
    )  # fmt: skip
    pass_tasks = whole(_l("Tasks to graduate"), 1, 400, description=_l("Empty: all of them."))
    bonus_points = whole(_l("Bonus points"), 0, MAX_BONUS, default=0)
    badge_key = line(
        _l("Badge of graduation"), 40, needed=False,
        description=_l("The end of its address. Empty: none."),
    )  # fmt: skip
    takes_back = BooleanField(_l("Bonus and badge go when what was done for them is removed"))

    def plan(self) -> PlanDraft:
        """Return it as the service takes it."""
        return PlanDraft(
            self.title_zh.data,
            self.title_en.data,
            self.about_zh.data,
            self.about_en.data,
            self.day_count.data,
            self.late_days.data,
            self.late_max.data,
            self.pass_tasks.data,
            self.bonus_points.data,
            self.badge_key.data or "",
            bool(self.takes_back.data),
        )


class NewCampForm(PlanForm):
    """A new camp."""

    slug = address(_l("Address"))


class TaskForm(WantedForm):
    """A day's task."""

    day = whole(_l("Day"), 1, MAX_DAYS, default=1)
    kind = RadioField(
        _l("How it is done"),
        choices=[SelectChoice(kind.value, name) for kind, name in KIND_NAMES.items()],
        default=TaskKind.ACT.value,
    )
    title_zh = line(_l("Title in Chinese"), 80)
    title_en = line(_l("Title in English"), 80)
    text_zh = lines(_l("What to do, in Chinese"), 1_200, description=_l("Steps: one a line."))
    text_en = lines(_l("What to do, in English"), 1_200, description=_l("Steps: one a line."))
    goal = whole(_l("How many times"), 1, 100, default=1)
    is_reviewed = BooleanField(
        _l("The team looks at it"), description=_l("For links and photos that are handed in.")
    )

    def task(self) -> TaskDraft:
        """Return it as the service takes it."""
        kind = TaskKind(self.kind.data)
        is_act = kind is TaskKind.ACT
        return TaskDraft(
            self.day.data,
            kind,
            self.title_zh.data,
            self.title_en.data,
            self.text_zh.data or "",
            self.text_en.data or "",
            self.wanted if is_act else None,
            self.goal.data if is_act else 1,
            bool(self.is_reviewed.data),
        )


class CohortForm(Form):
    """A cohort."""

    starts_on = day(_l("First day"))
    join_until = day(_l("Join until"))
    capacity = whole(_l("Places"), 1, 1_000_000, description=_l("Empty: for everybody."))

    def draft(self) -> CohortDraft:
        """Return it as the service takes it."""
        return CohortDraft(self.starts_on.data, self.join_until.data, self.capacity.data)


class ReturnForm(Form):
    """Why something is handed back."""

    reason = line(_l("What is missing"), 300)


class HandInForm(Form):
    """What a member hands in."""

    link = StringField(
        _l("Address"),
        filters=[clean],
        validators=[Optional(), Length(max=400, message=TOO_LONG)],
        description=_l("It begins with https://"),
    )
    photo = FileField(_l("Photo"))
    note = StringField(
        _l("A word to the team"),
        filters=[clean],
        validators=[Optional(), Length(max=400, message=TOO_LONG)],
    )


def task_data(draft: TaskDraft) -> dict[str, Any]:
    """Return a stored task as the form shows it."""
    told = {**asdict(draft), "kind": draft.kind.value}
    told.pop("wanted")
    return {**told, **wanted_data(draft.wanted)}


def cohort_data() -> dict[str, Any]:
    """Return what a new cohort's form shows at first: tomorrow."""
    tomorrow = clock.business_date() + timedelta(days=1)
    return {"starts_on": tomorrow, "join_until": tomorrow}
