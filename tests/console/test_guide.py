"""What stands beside a short list: its lines, and only the pages that somebody may open."""

from types import SimpleNamespace

from flask import Flask, get_template_attribute


def test_guide_leads_only_where_the_menu_leads(app: Flask) -> None:
    with app.test_request_context():
        guide = get_template_attribute("ui/data.html", "guide")
        open_to_me = [SimpleNamespace(key="mall", url="/staff/mall", icon="gift", label="Mall")]
        html = guide(["One line"], open_to_me, ("mall", "ledger"))
        assert "One line" in html
        assert html.count("<a ") == 1
        assert "/staff/mall" in html


def test_guide_without_a_way_on_has_no_empty_list(app: Flask) -> None:
    with app.test_request_context():
        guide = get_template_attribute("ui/data.html", "guide")
        assert "<nav" not in guide(["One line"], [], ("mall",))
