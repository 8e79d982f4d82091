"""Shapes of badges: their definition, and giving them by hand."""

import re
from dataclasses import dataclass
from typing import Any

from wtforms import BooleanField, RadioField, SelectChoice, SelectField, TextAreaField
from wtforms.validators import DataRequired, Length

from app.kernel.forms import Form, clean_text
from app.kernel.i18n import lazy_gettext as _l
from app.loyalty.forms.fields import DOING_NAMES, TOO_LONG, address, line, lines, whole
from app.loyalty.queries import measures
from app.loyalty.types.badges import BadgeDraft, BadgeKind, Criterion, Standard
from app.loyalty.types.doings import Doing


@dataclass(frozen=True, slots=True)
class Face:
    """An icon that a badge may have. Spelled out here, so that the build finds it."""

    icon: str
    label: object


FACES = (
    Face(icon="award", label=_l("Medal")),
    Face(icon="trophy", label=_l("Cup")),
    Face(icon="crown", label=_l("Crown")),
    Face(icon="star", label=_l("Star")),
    Face(icon="flame", label=_l("Flame")),
    Face(icon="chef-hat", label=_l("Chef's hat")),
    Face(icon="soup", label=_l("Bowl")),
    Face(icon="bowl-chopsticks", label=_l("Chopsticks")),
    Face(icon="pepper", label=_l("Pepper")),
    Face(icon="mushroom", label=_l("Mushroom")),
    Face(icon="camera", label=_l("Camera")),
    Face(icon="pencil", label=_l("Pencil")),
    Face(icon="message-circle", label=_l("Bubble")),
    Face(icon="heart", label=_l("Heart")),
    Face(icon="heart-handshake", label=_l("Helping hands")),
    Face(icon="calendar-check", label=_l("Calendar")),
    Face(icon="tent", label=_l("Tent")),
    Face(icon="rocket", label=_l("Rocket")),
    Face(icon="shopping-bag", label=_l("Bag")),
    Face(icon="users", label=_l("Friends")),
)
KIND_NAMES = {
    BadgeKind.AUTOMATIC: _l("Earned: given by itself"),
    BadgeKind.MANUAL: _l("Given by the team"),
    BadgeKind.HONOUR: _l("Honour: given by the team, with a citation"),
}
LEVEL_NAMES = {1: _l("Bronze"), 2: _l("Silver"), 3: _l("Gold")}
STANDARD_NAMES = {
    Standard.COUNT: _l("How often something was done"),
    Standard.DAYS: _l("On how many days something was done"),
    Standard.STREAK: _l("Check-ins in a row"),
    Standard.MISSIONS: _l("Missions done"),
    Standard.CAMPS: _l("Camps graduated from"),
    Standard.MEASURE: _l("Another figure"),
}


class BadgeForm(Form):
    """A badge."""

    key = address(_l("Address"))
    name_zh = line(_l("Name in Chinese"), 40)
    name_en = line(_l("Name in English"), 60)
    about_zh = lines(_l("What it is for, in Chinese"), 300, needed=True)
    about_en = lines(_l("What it is for, in English"), 300, needed=True)
    icon = RadioField(_l("Icon"), default=FACES[0].icon)
    level = SelectField(_l("Level"))
    kind = SelectField(_l("How it is got"))
    standard = SelectField(_l("Measured by"))
    doing = SelectField(_l("What is counted"))
    at_least = whole(_l("At least"), 1, 1_000_000, default=1)
    name = SelectField(_l("Which figure"))
    camp = line(
        _l("Which camp"), 40, needed=False,
        description=_l("The end of its address. Empty: any camp."),
    )  # fmt: skip
    auto_revoke = BooleanField(
        _l("It goes when this holds no longer"),
        description=_l("When posts were taken down, say. Looked at every night."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.icon.choices = [SelectChoice(face.icon, str(face.label)) for face in FACES]
        self.level.choices = [SelectChoice(str(n), str(name)) for n, name in LEVEL_NAMES.items()]
        self.kind.choices = _choices(KIND_NAMES)
        self.standard.choices = _choices(STANDARD_NAMES)
        self.doing.choices = _choices(DOING_NAMES)
        self.name.choices = [
            SelectChoice("", str(_l("None"))),
            *(SelectChoice(each.key, str(each.label)) for each in measures.known()),
        ]

    def draft(self) -> BadgeDraft:
        """Return it as the service takes it."""
        kind = BadgeKind(self.kind.data)
        is_automatic = kind is BadgeKind.AUTOMATIC
        return BadgeDraft(
            self.key.data,
            self.name_zh.data,
            self.name_en.data,
            self.about_zh.data,
            self.about_en.data,
            self.icon.data,
            int(self.level.data),
            kind,
            self._criterion() if is_automatic else None,
            is_automatic and bool(self.auto_revoke.data),
        )

    def _criterion(self) -> Criterion:
        standard = Standard(self.standard.data)
        counted = standard in {Standard.COUNT, Standard.DAYS}
        names = {Standard.CAMPS: self.camp.data, Standard.MEASURE: self.name.data}
        return Criterion(
            standard,
            self.at_least.data,
            Doing(self.doing.data) if counted else None,
            names.get(standard) or "",
        )


def _choices(names: dict[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(each.value, str(name)) for each, name in names.items()]


def badge_data(draft: BadgeDraft) -> dict[str, Any]:
    """Return a stored badge as the form shows it."""
    told = draft.criterion
    return {
        "key": draft.key,
        "name_zh": draft.name_zh,
        "name_en": draft.name_en,
        "about_zh": draft.about_zh,
        "about_en": draft.about_en,
        "icon": draft.icon,
        "level": str(draft.level),
        "kind": draft.kind.value,
        "auto_revoke": draft.auto_revoke,
        "standard": told.standard.value if told else Standard.COUNT.value,
        "doing": told.doing.value if told and told.doing else None,
        "at_least": told.at_least if told else 1,
        "name": told.name if told and told.standard is Standard.MEASURE else "",
        "camp": told.name if told and told.standard is Standard.CAMPS else "",
    }


class GrantForm(Form):
    """Giving a badge by hand."""

    yids = TextAreaField(
        _l("Yids"),
        filters=[clean_text],
        description=_l("One a line, or with commas. Up to 500."),
        validators=[
            DataRequired(_l("Paste at least one Yid.")),
            Length(max=20_000, message=TOO_LONG),
        ],
    )
    reason = line(_l("Why"), 300, description=_l("They read it. For an honour everybody does."))

    @property
    def codes(self) -> list[str]:
        """Return the Yids one by one."""
        found = re.split(r"[\s,;，；、]+", self.yids.data or "")
        return [text for text in found if text]


class RevokeForm(Form):
    """Taking a badge away."""

    reason = line(_l("Why"), 300, description=_l("The member reads it."))
