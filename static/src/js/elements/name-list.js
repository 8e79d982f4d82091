// <name-list data-url="…" data-for="body"> holds a listbox: whom an @ may mean in the form's field of that name. Typed names work without it.
const ASK_AFTER = 160
const NAME = /(?:^|[^\w@])[@＠]([^\s@＠]{0,24})$/

class NameList extends HTMLElement {
  connectedCallback() {
    this.area = this.closest('form')?.elements[this.dataset.for]
    this.list = this.firstElementChild
    if (!this.area || this.isReady) return
    this.isReady = true
    const { area, list } = this
    area.setAttribute('aria-controls', list.id)
    area.addEventListener('input', () => {
      clearTimeout(this.asking)
      this.asking = setTimeout(() => this.find(), ASK_AFTER)
    })
    area.addEventListener('keydown', this.key)
    area.addEventListener('blur', () => setTimeout(() => this.close(), 150))
    list.addEventListener('pointerdown', (event) => event.preventDefault())
    list.addEventListener('click', ({ target }) => this.take(target.closest('[data-insert]')))
  }

  disconnectedCallback() { clearTimeout(this.asking) }

  get typed() { return this.area.value.slice(0, this.area.selectionStart).match(NAME)?.[1] }

  async find() {
    const { typed } = this
    if (typed === undefined) return this.close()
    this.question?.abort()
    this.question = new AbortController()
    try {
      const answer = await fetch(`${this.dataset.url}?q=${encodeURIComponent(typed)}`, { headers: { 'HX-Request': 'true' }, signal: this.question.signal })
      if (!answer.ok) return this.close()
      const found = new DOMParser().parseFromString(await answer.text(), 'text/html')
      this.list.replaceChildren(...found.body.childNodes)
      this.list.hidden = false
      this.choose(this.options.length ? 0 : -1)
    } catch { /* gone on typing, or offline */ }
  }

  get options() { return [...this.list.querySelectorAll('[data-insert]')] }

  choose(place) {
    this.place = place
    this.options.forEach((option, n) => option.setAttribute('aria-selected', String(n === place)))
    const chosen = this.options[place]
    if (chosen) { this.area.setAttribute('aria-activedescendant', chosen.id); chosen.scrollIntoView({ block: 'nearest' }) } else this.area.removeAttribute('aria-activedescendant')
  }

  close() {
    this.question?.abort()
    this.list.hidden = true
    this.area.removeAttribute('aria-activedescendant')
  }

  key = (event) => {
    if (event.isComposing || this.list.hidden) return
    const { length } = this.options
    if (event.key === 'Escape') { event.preventDefault(); this.close() } else if ((event.key === 'Enter' || event.key === 'Tab') && this.options[this.place]) { event.preventDefault(); this.take(this.options[this.place]) } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && length) {
      event.preventDefault()
      this.choose((this.place + (event.key === 'ArrowDown' ? 1 : length - 1)) % length)
    }
  }

  take(option) {
    if (!option) return
    const { area } = this
    const end = area.selectionStart
    area.setRangeText(`${option.dataset.insert} `, end - (this.typed?.length ?? 0), end, 'end')
    this.close()
    area.focus()
    area.dispatchEvent(new Event('input', { bubbles: true }))
  }
}

customElements.define('name-list', NameList)
