"""Texts from elsewhere say here what they said there; what is hostile stays text."""

import pytest

from app.integrations.movein.texts import Context, convert, link_paths
from app.integrations.movein.types import Text
from app.kernel.text import render_markdown
from tests.factories.work import calls_of

YID = "7KZ2M9QW4XTR3"
CONTEXT = Context(
    "https://old.example",
    {"mei": YID},
    {"/t/12/3": "/p/AAAA#f-2", "/t/12": "/p/AAAA", "/u/mei": f"/u/{YID}"},
    {"img/1.jpg", "uploads/abc.png"}.__contains__,
)


def _said(text: str, form: Text) -> str:
    return convert(text, form, CONTEXT).body


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[b]hot[/b] and [i]fast[/i], [s]cold[/s]", "**hot** and *fast*, ~~cold~~"),
        ("[quote=mei]soup[/quote]yes", f"> @{YID}:\n> soup\n\nyes"),
        ("[quote]a\nb[/quote]", "> a\n> b"),
        ("[url=https://x.example/]there[/url]", "[there](https://x.example/)"),
        ("[url]https://x.example/[/url]", "https://x.example/"),
        ("[url=javascript:alert(1)]there[/url]", "there"),
        ("[code][b]x[/b][/code]", "`[b]x[/b]`"),
        ("[list][*]one[*]two[/list]", "- one\n- two"),
        ("[color=red]red[/color] [unknown]x[/unknown]", "red [unknown]x[/unknown]"),
        ("[b]never closed", "[b]never closed"),
        ("[/b] never opened", "[/b] never opened"),
        ("[img]img/1.jpg[/img]after", "after"),
        ("[spoiler]the butler[/spoiler]", "(… the butler)"),
    ],
)
def test_bbcode_becomes_markdown(text: str, said: str) -> None:
    assert _said(text, Text.BBCODE) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[quote="mei, post:3, topic:12"]\nsoup\n[/quote]\n\nyes',
         f"> @{YID} [↗](/p/AAAA#f-2)\n> soup\n\nyes"),
        ('[quote="Nobody, post:1, topic:99, full:true"]\nx\n[/quote]', "> Nobody:\n> x"),
        ("@mei and @mei. @nobody a@mei.example", f"@{YID} and @{YID}. @nobody a@mei.example"),
        ("`@mei` ```\n@mei\n```", "`@mei` ```\n@mei\n```"),
        ("![cat|690x388](upload://abc.png) meow", "meow"),
        ("![far](https://x.example/1.png)", "![far](https://x.example/1.png)"),
        ("[there](/t/any-words/12/3) /t/12", "[there](/p/AAAA#f-2) /t/12"),
        ("https://old.example/t/12", "[/p/AAAA](/p/AAAA)"),
        ("https://other.example/t/12", "https://other.example/t/12"),
        ("```\n[quote]x[/quote]\n```", "```\n[quote]x[/quote]\n```"),
        ('[details="More"]\na\n\nb\n[/details]', "**More**\n\na\n\nb"),
    ],
)  # fmt: skip
def test_discourse_becomes_markdown(text: str, said: str) -> None:
    assert _said(text, Text.DISCOURSE) == said


QUOTE = '<aside class="quote" data-username="mei" data-post="3" data-topic="12">'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<p>hot <strong>pot</strong></p><p>two</p>", "hot **pot**\n\ntwo"),
        ('<p>a<br>b <a href="https://x.example/">c</a></p>', "a\nb [c](https://x.example/)"),
        (f"{QUOTE}<blockquote><p>soup</p></blockquote></aside><p>yes</p>",
         f"> @{YID} [↗](/p/AAAA#f-2)\n> soup\n\nyes"),
        ('<p><a class="mention" href="/u/mei">@mei</a> hi</p>', f"@{YID} hi"),
        ('<p><img src="/img/1.jpg"> seen</p>', "seen"),
        ('<aside class="onebox" data-onebox-src="https://x.example/a"><p>card</p></aside>',
         "https://x.example/a"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("<pre><code>x = 1\n</code></pre>", "```\nx = 1\n```"),
        ('<script>alert(1)</script><p onclick="x()">ok</p>', "ok"),
    ],
)  # fmt: skip
def test_html_becomes_markdown(text: str, said: str) -> None:
    assert _said(text, Text.HTML) == said


def test_plain_text_stays_what_it_was() -> None:
    rendered = str(render_markdown(_said("2 * 3 * 4 = [24] `x` #1 <b>", Text.PLAIN)))
    assert "<em>" not in rendered
    assert "2 * 3 * 4 = [24] `x` #1 &lt;b&gt;" in rendered


def test_links_that_nobody_knows_yet_are_told() -> None:
    found = convert("[a](/t/77/2) https://old.example/topic/5-soup", Text.MARKDOWN, CONTEXT)
    assert found.old == ("/t/77/2", "/topic/5-soup")


@pytest.mark.parametrize(
    ("path", "paths"),
    [
        ("/t/some-words/12/3", ["/t/some-words/12/3", "/t/12/3", "/t/12"]),
        ("/t/12/3", ["/t/12/3", "/t/12"]),
        ("/t/some-words/12", ["/t/some-words/12", "/t/12"]),
        ("/topic/12-some-words", ["/topic/12-some-words", "/topic/12"]),
        ("/forum/3-soup/", ["/forum/3-soup", "/forum/3"]),
        ("/c/food/soups/9", ["/c/food/soups/9", "/c/9"]),
        ("/u/mei/summary", ["/u/mei/summary", "/u/mei"]),
        ("/users/mei", ["/users/mei", "/u/mei"]),
        ("/", ["/"]),
    ],
)
def test_an_old_address_is_looked_up_under_its_plain_names(path: str, paths: list[str]) -> None:
    assert link_paths(path) == paths


HOSTILE = (
    "[b]", "[quote]", "[/quote]", "[url=", "![](", "[a](", "<div>", "<b><i>", "```\n", "`", "@mei",
    '[quote="mei, post:3, topic:12"]', "> ", "\\", "[*]", "https://old.example/t/1 ",
)  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_texts_cost_what_their_length_costs(piece: str) -> None:
    def work(count: int) -> int:
        return calls_of(
            lambda: [_said(piece * count, form) for form in (Text.BBCODE, Text.DISCOURSE)]
        )

    assert work(2_000) < 3 * work(1_000)


@pytest.mark.parametrize("form", list(Text))
def test_what_is_hostile_stays_text(form: Text) -> None:
    text = (
        "<script>alert(1)</script> [url=javascript:alert(1)]x[/url] [x](javascript:alert(1)) "
        '<img src=x onerror=alert(1)> <a href="jav&#x09;ascript:alert(1)">y</a> '
        '[img]x" onerror="y[/img]'
    )
    rendered = str(render_markdown(_said(text, form)))
    assert "<script" not in rendered
    assert "<img" not in rendered
    assert 'href="javascript' not in rendered.lower()


def test_quotes_in_quotes_cost_once_each() -> None:
    def work(depth: int) -> int:
        opened = f"{QUOTE}<blockquote>" * depth
        return calls_of(lambda: _said(f"{opened}soup{'</blockquote></aside>' * depth}", Text.HTML))

    assert work(24) < 4 * work(12)


def test_html_nested_thousands_deep_is_read_as_plain_text() -> None:
    assert "soup" in _said("<b><i>" * 3_000 + "soup", Text.HTML)
