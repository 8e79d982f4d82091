"""The blueprint that all staff pages of commerce hang on."""

from typing import Any

from flask import Blueprint, request

bp = Blueprint("commerce_staff", __name__, url_prefix="/staff")

LARGE_FORMS = {"commerce_staff.new_product", "commerce_staff.edit_product"}
MAX_PARTS = 6_000  # 200 SKUs in a handful of channels


@bp.url_value_preprocessor
def make_room(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let a product's form be as long as its SKUs; before anybody reads the form."""
    if endpoint in LARGE_FORMS:
        request.max_form_parts = MAX_PARTS
