"""Shapes of what members and the team send."""

from app.draws.forms.drawing import DrawForm, draw_form
from app.draws.forms.lists import DrawListForm, FreezeForm, RulesForm
from app.draws.forms.playing import PlayForm, SureForm
from app.draws.forms.prizes import PrizeForm, prize_form

__all__ = [
    "DrawForm",
    "DrawListForm",
    "FreezeForm",
    "PlayForm",
    "PrizeForm",
    "RulesForm",
    "SureForm",
    "draw_form",
    "prize_form",
]
