"""Lines of Chinese headings end between words, not inside them."""

from tests.browser.fixtures import MARKS, MakeVisitor
from tests.browser.site import PHONE

pytestmark = MARKS
TORN = """() => {
  const words = new Intl.Segmenter('zh', { granularity: 'word' })
  const torn = []
  let seen = 0
  for (const node of document.querySelectorAll('h1, .note-title a, .line-title a')) {
    const texts = [...node.childNodes].filter((each) => each.nodeType === 3)
    for (const text of texts) {
      for (const { segment, index, isWordLike } of words.segment(text.data)) {
        if (!isWordLike || segment.length < 2 || !/^\\p{Script=Han}+$/u.test(segment)) continue
        const range = document.createRange()
        range.setStart(text, index)
        range.setEnd(text, index + segment.length)
        const tops = [...range.getClientRects()].filter((box) => box.width).map((box) => box.top)
        seen += 1
        if (new Set(tops).size > 1) torn.push(`${segment} in ${node.textContent}`)
      }
    }
  }
  return [seen, torn]
}"""


def test_no_line_of_a_heading_ends_inside_a_word(visitor: MakeVisitor) -> None:
    fan = visitor(PHONE, "zh")
    for path in ("/", "/?tab=latest"):
        page = fan.open(path)
        for width in range(320, 431, 5):
            page.set_viewport_size({"width": width, "height": 800})
            seen, torn = page.evaluate(TORN)
            assert seen
            assert torn == []
        titles = page.locator(".note-title a").all_inner_texts()
        assert all("\n" not in title for title in titles)  # copied as it was written
