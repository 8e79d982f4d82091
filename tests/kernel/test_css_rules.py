"""House rules of styles, scripts and templates that a person would forget."""

import re
from pathlib import Path

import pytest

from app.kernel import layout, theme

ROOT = Path(__file__).resolve().parent.parent.parent
CSS = sorted((ROOT / "static" / "src" / "css").rglob("*.css"))
JS = sorted((ROOT / "static" / "src" / "js").rglob("*.js"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if "emails" not in path.parts]
MACROS = sorted((ROOT / "templates" / "ui").glob("*.html"))

COLOR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?|oklch|oklab|color-mix|light-dark)\(")
TOO_NEW = re.compile(
    r"oklch\(|color-mix\(|light-dark\(|\d[ds]vh\b|\[popover|@starting-style|:user-invalid"
    r"|field-sizing|animation-timeline|subgrid|position-anchor"
)
ALLOWED_HX = {"hx-get", "hx-post", "hx-target", "hx-swap", "hx-select", "hx-trigger", "hx-include"}
LAYERS = {"tokens", "base", "layout", "components", "pages", "utilities"}
UTILITIES = 12


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/|\{#.*?#\}", "", text, flags=re.DOTALL)


@pytest.mark.parametrize("path", CSS, ids=name)
def test_colours_are_named_in_tokens_only(path: Path) -> None:
    if path.name == "tokens.css":
        return

    assert COLOR.findall(without_comments(path.read_text("utf-8"))) == []


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_no_template_names_a_colour(path: Path) -> None:
    text = re.sub(r"&#\w+;|href=\"#|'#|#\{\{", "", without_comments(path.read_text("utf-8")))

    assert re.findall(r'="#[0-9a-fA-F]{3,8}"|\brgba?\(', text) == []


@pytest.mark.parametrize("path", CSS, ids=name)
def test_every_rule_lives_in_one_of_the_six_layers(path: Path) -> None:
    text = re.sub(
        r"@import[^;]+;|@font-face\s*\{[^}]*\}|@layer [a-z, ]+;",
        "",
        without_comments(path.read_text("utf-8")),
    )
    outside, depth, opened = [], 0, set()
    for piece in re.findall(r"[^{}]*[{}]", text):
        head = piece[:-1].strip()
        if depth == 0 and piece.endswith("{"):
            layer = re.fullmatch(r"@layer (\w+)", head)
            (opened.add(layer[1]) if layer else outside.append(head))
        depth += 1 if piece.endswith("{") else -1

    assert outside == []
    assert opened <= LAYERS
    assert depth == 0


@pytest.mark.parametrize("path", CSS, ids=name)
def test_nothing_is_newer_than_the_browsers_we_promise(path: Path) -> None:
    assert TOO_NEW.findall(without_comments(path.read_text("utf-8"))) == []


def test_every_variable_that_is_used_is_defined() -> None:
    sheets = "\n".join(path.read_text("utf-8") for path in CSS)
    scripts = "\n".join(path.read_text("utf-8") for path in JS)
    defined = set(re.findall(r"(--[\w-]+)\s*:", sheets)) | set(re.findall(r"'(--[\w-]+)'", scripts))
    defined |= {f"--{token.replace('_', '-')}" for token in theme.tokens("#e2381c")["light"]}

    assert set(re.findall(r"var\((--[\w-]+)", sheets)) - defined == set()


def test_there_are_at_most_twelve_utilities() -> None:
    sheet = without_comments((ROOT / "static/src/css/utilities.css").read_text("utf-8"))

    assert len(set(re.findall(r"^\s*\.([\w-]+) \{", sheet, flags=re.MULTILINE))) <= UTILITIES


def test_every_span_a_card_may_have_is_built() -> None:
    build = (ROOT / "build.mjs").read_text("utf-8")

    assert f"SPANS = {{ from: {layout.LOWEST}, to: {layout.HIGHEST} }}" in build


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_no_template_has_inline_style_script_or_handler(path: Path) -> None:
    text = without_comments(path.read_text("utf-8"))
    # A letter is no page: mail programs load no sheet, so its few rules for the dark travel inside.
    text = text.replace("<style>{{ dark_sheet }}</style>", "")

    assert re.findall(r"\sstyle=|<style|\son[a-z]+=|javascript:", text) == []
    data = r'(?![^>]*\stype="application/ld\+json")'  # is read, never run
    assert re.findall(rf"<script(?![^>]*\ssrc=){data}", text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_no_template_switches_escaping_off(path: Path) -> None:
    text = without_comments(path.read_text("utf-8"))

    assert re.findall(r"\|\s*safe\b|autoescape\s+false|Markup\(", text) == []


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_htmx_is_used_by_house_rules(path: Path) -> None:
    text = without_comments(path.read_text("utf-8"))
    used = set(re.findall(r"\b(hx-[\w:-]+)(?==)", text)) | set(re.findall(r"'(hx-[\w:-]+)':", text))

    assert used - ALLOWED_HX == set()
    for tag in re.findall(r"<[a-z][\w-]*\b[^<>]*\bhx-(?:get|post)=[^<>]*>", text):
        # Without JavaScript each of them still leads somewhere.
        plain = (
            r"<form\b[^>]*\saction=[^>]*\smethod=|<a\b[^>]*\shref=|<button\b[^>]*\stype=\"submit\""
        )
        assert re.match(plain, tag), tag
    for trigger in re.findall(r'hx-trigger="([^"]*)"', text):
        assert "[" not in trigger  # a filter would need eval


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_form_that_changes_something_carries_the_token(path: Path) -> None:
    for form in re.findall(
        r"<form\b[^>]*method=\"post\".*?</form>", path.read_text("utf-8"), flags=re.DOTALL
    ):
        # A sealed ticket in the address is proof enough: letters stop without a session (RFC 8058).
        assert re.search(r"csrf_field\(\)|name=\"csrf_token\"|csrf|token=token", form), form


@pytest.mark.parametrize("path", [*PAGES], ids=name)
def test_templates_speak_english_to_the_translator(path: Path) -> None:
    assert re.findall(r"[\u3400-\u9fff]", path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", MACROS, ids=name)
def test_every_macro_says_what_it_takes_and_stands_in_the_gallery(path: Path) -> None:
    text = path.read_text("utf-8")
    gallery = (ROOT / "templates" / "console" / "gallery.html").read_text("utf-8")
    frame = "".join(p.read_text("utf-8") for p in (ROOT / "templates" / "layouts").glob("*.html"))
    library = "".join(p.read_text("utf-8") for p in MACROS)
    public = [macro for macro in re.findall(r"macro (\w+)\(", text) if not macro.startswith("_")]
    documented = set(re.findall(r"(?:\{#|call(?:\(\w+\))?|;)\s*(\w+)\(", text))

    assert [macro for macro in public if macro not in documented] == []
    shown = [m for m in public if re.search(rf"\b{m}\(", gallery + frame)]
    shown += [m for m in public if f"'{m}'" in library]  # printed through shared()
    inside = [m for m in public if len(re.findall(rf"\b{m}\(", library)) > 2]
    assert [m for m in public if m not in shown and m not in inside] == []


@pytest.mark.parametrize("path", JS, ids=name)
def test_scripts_build_nothing_from_text(path: Path) -> None:
    text = path.read_text("utf-8")

    assert (
        re.findall(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", text
        )
        == []
    )


def test_the_lock_file_names_no_registry() -> None:
    lock = (ROOT / "package-lock.json").read_text("utf-8")

    assert re.findall(r"https?://(?!opencollective|github|ko-fi)[^\"]+", lock) == []
    assert '"resolved"' not in lock
