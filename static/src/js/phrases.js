// Chinese headings break between words, not inside them. Browsers know the words (Intl.Segmenter)
// but break anywhere; so a <wbr> goes between words, and .phrases lets lines break nowhere else.
const HAN = /\p{Script=Han}/u
const CLINGS = /^[的了着过吗呢吧啊呀嘛地得们里上下]$/ // begins no line: it belongs to the word before
const segmenter = window.Intl?.Segmenter && new Intl.Segmenter('zh', { granularity: 'word' })

function cut(node) {
  const pieces = ['']
  let before = ''
  let run = 0 // signs that stand alone are often one rare word: up to four of them stay together
  for (const { segment, isWordLike } of segmenter.segment(node.data)) {
    run = isWordLike && segment.length === 1 && run < 4 ? run + 1 : 0
    const parts = isWordLike && run < 2 && HAN.test(segment) && !CLINGS.test(segment) && /[\p{Script=Han}\p{Po}\p{Pe}\p{N}]$/u.test(before)
    if (parts) pieces.push(segment)
    else pieces[pieces.length - 1] += segment
    before = segment
  }
  if (pieces.length > 1) node.replaceWith(...pieces.flatMap((text, at) => (at ? [document.createElement('wbr'), text] : [text])))
}

function phrase() {
  for (const heading of document.querySelectorAll(':is(h1, h2, h3, .note-title):not(.phrases)')) {
    heading.classList.add('phrases')
    if (!HAN.test(heading.textContent)) continue
    const walker = document.createTreeWalker(heading, NodeFilter.SHOW_TEXT)
    const texts = []
    while (walker.nextNode()) texts.push(walker.currentNode)
    texts.forEach(cut)
  }
}

if (segmenter) {
  phrase()
  document.addEventListener('htmx:after:swap', phrase)
}
