"""Shapes of what reading sends: topics, folders, reactions."""

from typing import Any

from wtforms import BooleanField, DateField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.community.queries import rewards
from app.community.types.reading import TopicPlan
from app.kernel.forms import Form, clean, clean_text
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import locale_code


def _name(label: object) -> StringField:
    return StringField(
        label,
        filters=[clean],
        validators=[InputRequired(message=_l("Give it a name.")), Length(max=40)],
    )


def _text(label: object, most: int) -> TextAreaField:
    return TextAreaField(label, filters=[clean_text], validators=[Optional(), Length(max=most)])


class TopicForm(Form):
    """A hot topic."""

    slug = StringField(
        _l("Address"),
        filters=[clean],
        validators=[InputRequired(message=_l("Give it an address.")), Length(max=40)],
    )
    name_zh = _name(_l("Name in Chinese"))
    name_en = _name(_l("Name in English"))
    first_on = DateField(
        _l("First day"), validators=[InputRequired(message=_l("Choose the first day."))]
    )
    last_on = DateField(
        _l("Last day"), validators=[InputRequired(message=_l("Choose the last day."))]
    )
    purpose_zh = _text(_l("What it is about, in Chinese"), 200)
    purpose_en = _text(_l("What it is about, in English"), 200)
    rules_zh = _text(_l("Rules in Chinese"), 4_000)
    rules_en = _text(_l("Rules in English"), 4_000)
    rewards_zh = _text(_l("Rewards in Chinese"), 2_000)
    rewards_en = _text(_l("Rewards in English"), 2_000)
    reward = SelectField(
        _l("Mission or camp that gives the reward"), choices=[], validate_choice=False
    )

    def __init__(self, *args: Any, **values: Any) -> None:
        """Offer the missions and camps that run now, and the one it has."""
        super().__init__(*args, **values)
        names = rewards.reward_choices()
        locale, kept = locale_code(), self.reward.data or ""
        offered = [("", str(_l("None")))]
        offered += [(key, each.title(locale)) for key, each in names.items()]
        if kept not in {key for key, _name in offered}:
            offered.append((kept, kept.partition(":")[2]))
        self.reward.choices = [SelectChoice(key, name) for key, name in offered]

    def plan(self, banner_media_id: int | None) -> TopicPlan:
        """Return what it says."""
        kinds = ("name", "purpose", "rules", "rewards")
        texts = {f"{k}_{tag}": self[f"{k}_{tag}"].data or "" for k in kinds for tag in ("zh", "en")}
        return TopicPlan(
            self.slug.data or "",
            banner_media_id=banner_media_id,
            reward=self.reward.data or "",
            **texts,
        )


class CityForm(Form):
    """The city of a board."""

    city_zh = StringField(
        _l("City in Chinese"), filters=[clean], validators=[Optional(), Length(max=24)]
    )
    city_en = StringField(
        _l("City in English"), filters=[clean], validators=[Optional(), Length(max=40)]
    )


class FolderForm(Form):
    """A folder for bookmarks."""

    name = StringField(
        _l("Name of the folder"),
        filters=[clean],
        validators=[InputRequired(message=_l("Give it a name.")), Length(max=24)],
    )


class ReactionForm(Form):
    """A reaction that the brand offers."""

    glyph = StringField(
        _l("Emoji"),
        filters=[clean],
        validators=[InputRequired(message=_l("Choose one emoji.")), Length(max=16)],
    )
    name_zh = StringField(
        _l("Name in Chinese"),
        filters=[clean],
        validators=[InputRequired(message=_l("Give it a name.")), Length(max=24)],
    )
    name_en = StringField(
        _l("Name in English"),
        filters=[clean],
        validators=[InputRequired(message=_l("Give it a name.")), Length(max=24)],
    )
    is_on = BooleanField(_l("Members can choose it"), default=True)
    is_brand = BooleanField(_l("The team's thank-you: only staff give it"))
