"""Shapes of missions."""

from dataclasses import asdict
from typing import Any

from wtforms import BooleanField, SelectChoice, SelectField

from app.kernel import audience, clock
from app.kernel.i18n import lazy_gettext as _l
from app.loyalty.forms.fields import WantedForm, day, line, wanted_data, whole
from app.loyalty.types.missions import MAX_GOAL, MAX_POINTS, MissionDraft, Period

PERIOD_NAMES = {
    Period.DAY: _l("Every day"),
    Period.WEEK: _l("Every week, from Monday"),
    Period.ONCE: _l("Once"),
}


class MissionForm(WantedForm):
    """A mission."""

    title_zh = line(_l("Title in Chinese"), 80)
    title_en = line(_l("Title in English"), 80)
    goal = whole(_l("How many times"), 1, MAX_GOAL, default=1)
    period = SelectField(
        _l("How often"), choices=[SelectChoice(p.value, name) for p, name in PERIOD_NAMES.items()]
    )
    points = whole(
        _l("Points"), 0, MAX_POINTS, default=10, description=_l("Growth is given as much.")
    )
    starts_on = day(_l("From"))
    ends_on = day(_l("Until"), needed=False, description=_l("Empty: until you close it."))
    audience = SelectField(_l("For whom"), choices=[], validate_choice=False)
    position = whole(
        _l("Place in the list"), 0, 9_999, default=0, description=_l("Smaller comes first.")
    )
    takes_back = BooleanField(
        _l("The reward goes with what is removed"),
        description=_l(
            "On: when so much of it is removed that the goal is not reached any more, the points "
            "are taken back. Off: what is done stays done."
        ),
    )

    def __init__(self, *args: Any, **values: Any) -> None:
        """Offer every audience that there is, and the one it has."""
        super().__init__(*args, **values)
        known = dict(audience.choices())
        kept = str(self.audience.data or "all")
        known.setdefault(kept, kept)
        self.audience.choices = [SelectChoice(name, str(label)) for name, label in known.items()]

    def draft(self) -> MissionDraft:
        """Return it as the service takes it."""
        return MissionDraft(
            self.title_zh.data,
            self.title_en.data,
            self.wanted,
            self.goal.data,
            Period(self.period.data),
            self.points.data,
            self.starts_on.data,
            self.ends_on.data,
            self.audience.data,
            self.position.data,
            bool(self.takes_back.data),
        )


def mission_data(draft: MissionDraft | None) -> dict[str, Any]:
    """Return a stored mission as the form shows it; a new one begins today, for all."""
    if draft is None:
        return {"starts_on": clock.business_date(), "audience": "all"}
    told = {**asdict(draft), "period": draft.period.value}
    told.pop("wanted")
    return {**told, **wanted_data(draft.wanted)}
