"""What members write becomes clean, readable HTML, in Chinese as in English."""

import html
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markupsafe import Markup

from app.kernel.text import (
    excerpt,
    is_blank,
    language_of,
    plain_text,
    render_markdown,
    render_repeating,
)
from tests.factories.work import calls_of, peak_bytes_of

CORPUS = Path(__file__).with_name("hostile_markdown.txt")
ALLOWED = {
    **dict.fromkeys(
        [
            *("p", "br", "hr", "em", "strong", "del", "code", "pre", "blockquote", "ul", "li"),
            *("h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
        ],
        frozenset[str](),
    ),
    "a": frozenset({"href", "title", "rel"}),
    "ol": frozenset({"start"}),
}


def hostile_texts() -> list[str]:
    lines = CORPUS.read_text(encoding="utf-8").splitlines()
    escapes = {r"\n": "\n", r"\t": "\t", r"\r": "\r", r"\0": "\0", r"\#": "#", "\\\\": "\\"}
    pattern = re.compile(r"\\\\|\\[ntr0#]")
    return [
        pattern.sub(lambda m: escapes[m.group(0)], line)
        for line in lines
        if line and not line.startswith("# ")
    ]


class Inspector(HTMLParser):
    """Reads markup as a browser's tokenizer would and notes whatever is not on the list."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.bad: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED:
            self.bad.append(f"<{tag}>")
        for name, value in attrs:
            if name not in ALLOWED.get(tag, frozenset()):
                self.bad.append(f"{tag} {name}={value}")
            if name == "href":
                self._check_address(value or "")
            if name == "rel" and value != "ugc nofollow noopener":
                self.bad.append(f"rel={value}")
        if tag == "a" and "rel" not in dict(attrs):
            self.bad.append("a link without rel")

    def _check_address(self, value: str) -> None:
        squeezed = re.sub(r"[\x00-\x20\u200b\u200c\u200d\ufeff]", "", html.unescape(value)).lower()
        scheme = re.match(r"([^/?#:]*):", squeezed)
        if scheme and scheme.group(1) not in {"http", "https", "mailto"}:
            self.bad.append(f"href={value}")

    def handle_comment(self, data: str) -> None:
        self.bad.append(f"<!--{data}")

    def handle_decl(self, decl: str) -> None:
        self.bad.append(f"<!{decl}")

    def handle_pi(self, data: str) -> None:
        self.bad.append(f"<?{data}")


def test_the_corpus_is_large() -> None:
    assert len(set(hostile_texts())) >= 200


@pytest.mark.parametrize("text", hostile_texts())
def test_hostile_text_comes_out_harmless(text: str) -> None:
    for source in (text, f"今天{text}吃火锅", f"a\n\n{text}\n\nb", f"> {text}", f"- {text}"):
        assert Inspector(render_markdown(source)).bad == []


def test_hostile_text_is_still_there_to_read() -> None:
    shown = plain_text(render_markdown("试试 <script>alert(1)</script>"))
    assert shown == "试试 <script>alert(1)</script>"


def test_the_inspector_would_notice() -> None:
    assert Inspector('<a href="java&#10;script:x">x</a><b>x</b><p onclick=x>').bad


def test_it_returns_markup_that_templates_do_not_escape_again() -> None:
    assert isinstance(render_markdown("a"), Markup)


# --- emphasis beside Chinese punctuation ---------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("这是**“重点”**吗", "这是<strong>“重点”</strong>吗"),
        ("**注意：**先放盐", "<strong>注意：</strong>先放盐"),
        ("**“重点”**吗", "<strong>“重点”</strong>吗"),
        ("他说**“好”**。", "他说<strong>“好”</strong>。"),
        ("用*“斜”*体", "用<em>“斜”</em>体"),
        ("***“重点”***吗", "<em><strong>“重点”</strong></em>吗"),
        ("先**（三分钟）**再下菜", "先<strong>（三分钟）</strong>再下菜"),
        ("foo**（bar）**baz", "foo<strong>（bar）</strong>baz"),
        ("放**100%**的番茄", "放<strong>100%</strong>的番茄"),
        ("**“一”**、**“二”**和", "<strong>“一”</strong>、<strong>“二”</strong>和"),
        ("~~旧价~~**新价！**快来", "<del>旧价</del><strong>新价！</strong>快来"),
        ("これは**「強調」**です", "これは<strong>「強調」</strong>です"),
        ("이것은**「강조」**입니다", "이것은<strong>「강조」</strong>입니다"),
        ("好吃😋**“真的”**😋好吃", "好吃😋<strong>“真的”</strong>😋好吃"),
        ("这是**[链接](https://x.cn)**吗", 0),
        ("这是**`代码`**吗", "这是<strong><code>代码</code></strong>吗"),
    ],
)  # fmt: skip
def test_chinese_emphasis_works(source: str, expected: str | int) -> None:
    markup = str(render_markdown(source))
    if expected:
        assert markup == f"<p>{expected}</p>"
    else:
        assert "<strong><a " in markup


@pytest.mark.parametrize(
    "source", ["2 * 3 * 4", "a_b_c", "** 空 **", "5**", "\\*不是\\*", "*", "** **"]
)
def test_what_is_no_emphasis_stays_as_typed(source: str) -> None:
    markup = render_markdown(source)
    assert "<em>" not in markup
    assert "<strong>" not in markup


def test_english_emphasis_is_as_everywhere() -> None:
    assert render_markdown("**bold**, *it*; a**b**c") == Markup(
        "<p><strong>bold</strong>, <em>it</em>; a<strong>b</strong>c</p>"
    )


def test_nobody_can_plant_the_mark_that_emphasis_uses_inside() -> None:
    assert render_markdown("a\ufdd0b") == Markup("<p>ab</p>")


# --- links ---------------------------------------------------------------------------------------


def links(source: str) -> list[str]:
    return re.findall(r'href="([^"]*)"', str(render_markdown(source)))


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("看https://example.com/a_b_c，好", "https://example.com/a_b_c"),
        ("（https://example.com/a）", "https://example.com/a"),
        ("“https://example.com/a”", "https://example.com/a"),
        ("见www.example.com。", "http://www.example.com"),
        ("https://example.com/a?b=1&c=2。", "https://example.com/a?b=1&amp;c=2"),
        ("See https://example.com/a.", "https://example.com/a"),
        ("(https://example.com/a_(b))", "https://example.com/a_(b)"),
        ("**https://example.com/a**好", "https://example.com/a"),
        ("HTTPS://EXAMPLE.COM/a", "HTTPS://EXAMPLE.COM/a"),
        ("https://example.com/火锅，吃", "https://example.com/%E7%81%AB%E9%94%85"),
        ("<https://example.com/a>", "https://example.com/a"),
        ("[菜谱](https://example.com/a)", "https://example.com/a"),
        ("[写信](mailto:a@example.com)", "mailto:a@example.com"),
        ("[我的帖子](/p/ABC)", "/p/ABC"),
    ],
)
def test_a_link_is_found_and_ends_where_the_sentence_goes_on(source: str, address: str) -> None:
    assert links(source) == [address]


@pytest.mark.parametrize(
    "source",
    [
        "xhttps://example.com", "`https://example.com`", "```\nhttps://example.com\n```",
        "readme.md 和 1.5 版", "https://", "http://，", "ftp://example.com", "[x]()", "13800138000",
        "https://bank.example@evil.example/", "[x](https://bank.example@evil.example/)",
    ],
)  # fmt: skip
def test_what_is_no_link_stays_text(source: str) -> None:
    assert links(source) == []


def test_a_link_inside_a_links_words_is_not_a_second_link() -> None:
    assert links("[看 https://a.example 这里](https://b.example)") == ["https://b.example"]


def test_a_picture_from_elsewhere_becomes_a_link() -> None:
    markup = render_markdown("![锅](https://a.example/x.png)")
    assert "<img" not in markup
    assert links("![锅](https://a.example/x.png)") == ["https://a.example/x.png"]


# --- blocks --------------------------------------------------------------------------------------


def test_headings_stay_below_those_of_the_page() -> None:
    markup = render_markdown("# 一\n## 二\n### 三\n##### 五\n###### 六")
    assert re.findall(r"<(h\d)>", str(markup)) == ["h3", "h4", "h5", "h6", "h6"]


def test_a_line_break_is_a_line_break() -> None:
    assert render_markdown("一\n二\n\n三") == Markup("<p>一<br>\n二</p>\n<p>三</p>")


def test_recipes_keep_their_lists_and_tables() -> None:
    markup = render_markdown("1. 焯水\n2. 炖\n\n|料|量|\n|-|-|\n|盐|3 g|")
    for piece in ("<ol>", "<li>焯水</li>", "<table>", "<th>料</th>", "<td>3 g</td>"):
        assert piece in markup
    assert 'start="3"' in render_markdown("3. 炖\n4. 收汁")


def test_blocks_stay_in_their_order() -> None:
    markup = str(render_markdown("> 引\n- 列\n\n## 题\n\n> 二\n- 再\n- 列\n\n完"))
    order = [markup.index(word) for word in ("引", "列", "题", "二", "再", "完")]
    assert order == sorted(order)


def test_raw_html_is_shown_as_typed() -> None:
    assert render_markdown("<b>粗</b>") == Markup("<p>&lt;b&gt;粗&lt;/b&gt;</p>")


# --- plain text ----------------------------------------------------------------------------------


def test_an_excerpt_is_plain_text_on_one_line() -> None:
    source = "# 番茄锅\n\n今晚**真的**好吃，[看图](https://x.cn)\n\n- 番茄\n- 牛腩 & 盐"
    assert excerpt(source, 80) == "番茄锅 今晚真的好吃，看图 番茄 牛腩 & 盐"


def test_a_long_text_is_cut_with_a_sign() -> None:
    assert excerpt("今天煮了番茄牛腩锅，真香", 9) == "今天煮了番茄牛腩…"
    assert excerpt("火" * 500, 120) == "火" * 119 + "…"
    assert excerpt("短", 9) == "短"


def test_an_excerpt_cuts_neither_words_nor_faces() -> None:
    assert excerpt("The quick brown fox jumps", 14) == "The quick…"
    family = "👨\u200d👩\u200d👧"
    assert excerpt(f"一家{family}吃", 5) == "一家…"
    assert excerpt("cafe\u0301 au lait is what", 5) == "caf…"


def test_an_excerpt_of_a_huge_text_does_not_read_it_all() -> None:
    source = "锅" * 5_000_000
    assert peak_bytes_of(lambda: excerpt(source, 120)) < 100_000


@pytest.mark.parametrize(
    "source", ["", " \n ", "\u200b\u200d\ufeff", "---", "\u3164\u2800", "&nbsp", "[]()", "# ", "**"]
)
def test_nothing_to_read_is_blank(source: str) -> None:
    expected = source in {"&nbsp", "**"}  # shown as typed
    assert is_blank(source) is not expected


@pytest.mark.parametrize("source", ["好", "a", "😋", "![](https://x.cn/a.png)", "`x`", "0"])
def test_something_to_read_is_not_blank(source: str) -> None:
    assert not is_blank(source)


def test_it_tells_chinese_from_english() -> None:
    assert language_of("番茄牛腩锅", "Slow cooked with tomato 4 hours") == "en"
    assert language_of("今晚吃 hotpot，太香了") == "zh"
    assert language_of("First pot ever") == "en"
    assert language_of("") == "zh"


# --- bulk ------------------------------------------------------------------------------------

BLOCKS = [
    "今晚的锅底是**番茄牛腩**。", "- 番茄\n- 牛腩", "1. 焯水\n2. 炖", "> 留一碗汤", "## 用料",
    "---", "```\n代码", "```", "    缩进", "  - 深一层", "[x]: https://x.cn", "看[x]",
    "<b>粗</b>", "|a|b|\n|-|-|\n|1|2|", "* 星", "3) 括号", "一\n===", "https://x.cn/a",
    "**未完", "完**", "", "先写字\n- 再列", "- 列\n1. 数", "> 引\n- 列", "1986. 年份", "* * *",
    "-", "+ 加\n\n\n+ 又加",
]  # fmt: skip


@pytest.mark.parametrize("first", BLOCKS)
def test_remembered_blocks_make_the_same_page(first: str) -> None:
    for second in BLOCKS:
        for third in ("", "- 番茄\n- 牛腩", "> 留一碗汤", "末了一句"):
            source = f"{first}\n\n{second}\n\n{third}"
            assert render_repeating(source) == render_markdown(source), source


# --- length --------------------------------------------------------------------------------------

GROWING = {
    "stars": "*", "star words": "*a ", "strong": "**a", "cjk strong": "是**“", "brackets": "[",
    "link openers": "[a](", "pictures": "![a", "ticks": "`a``", "less than": "<", "tags": "<a ",
    "quotes": ">", "list marks": "- ", "strikes": "~~a ", "pipes": "|a", "backslashes": "\\",
    "entities": "&amp", "definitions": "[a]: b\n", "references": "[a][b]", "headings": "# ",
    "mixed": "*_`[<", "setext": "a\n-\n", "fences": "```\n", "addresses": "http://a.b/",
    "glued addresses": "http://www.", "www": "www.", "h": "h", "at": "a@b.", "han": "火锅",
    "parentheses": "http://a.b/((", "comment": "<!--", "line breaks": "a  \n", "rows": "|a|\n|-|\n",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(GROWING))
def test_ten_times_the_text_is_about_ten_times_the_work(name: str) -> None:
    def work(length: int) -> int:
        text = (GROWING[name] * length)[:length]
        return calls_of(lambda: render_markdown(text))

    assert work(20_000) < 12 * max(work(2_000), 1_000)
