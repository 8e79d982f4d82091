// An item of the mall as a fan's phone shows it, while it is written. The server prints the words.
const PHOTO = 'photo-picker li:not(.photo-add) img'

class ItemPreview extends HTMLElement {
  connectedCallback() {
    this.form = document.getElementById(this.dataset.form)
    if (!this.form) return
    this.closest('[hidden]')?.removeAttribute('hidden')
    this.form.addEventListener('input', this)
    this.form.addEventListener('change', this)
    this.eye = new MutationObserver(() => this.show())
    const photos = this.form.querySelector('photo-picker')
    if (photos) this.eye.observe(photos, { childList: true, subtree: true, attributes: true, attributeFilter: ['src'] })
    this.show()
  }

  disconnectedCallback() {
    this.form?.removeEventListener('input', this)
    this.form?.removeEventListener('change', this)
    this.eye?.disconnect()
  }

  handleEvent() { this.show() }

  // In the reader's language, and in the other one where that is not written yet.
  text(name) {
    const [own, other] = this.dataset.lang === 'zh' ? ['zh', 'en'] : ['en', 'zh']
    return this.value(`${name}_${own}`) || this.value(`${name}_${other}`)
  }

  value(name) { return this.form.elements[name]?.value.trim() ?? '' }

  put(part, text) {
    const at = this.querySelector(`[data-part="${part}"]`)
    at.textContent = text
    at.hidden = !text
  }

  show() {
    const points = Number(this.value('price_points')) || 0
    const money = Number(this.value('price_minor')) || 0
    const write = (number, style) => new Intl.NumberFormat(document.documentElement.lang, style).format(number)
    this.put('name', this.text('name') || this.dataset.unnamed)
    this.put('points', points || !money ? write(points) : '')
    this.put('unit', points || !money ? (points === 1 ? this.dataset.one : this.dataset.many) : '')
    this.put('money', money ? `${points ? ' + ' : ''}${write(money, { style: 'currency', currency: this.dataset.currency })}` : '')
    this.put('about', this.text('description').replace(/[*_#>`]/g, ''))
    this.put('mark', this.form.elements.is_shown?.checked ? '' : this.dataset.hidden)
    const from = this.form.querySelector(PHOTO)
    const photo = this.querySelector('img')
    photo.hidden = !from?.src
    if (from?.src) photo.src = from.src
  }
}

customElements.define('item-preview', ItemPreview)
