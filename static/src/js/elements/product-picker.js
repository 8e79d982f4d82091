// Products of a post: find by a few letters (arrows, Enter, Escape), take off, put a dot on a photo.
// The server prints suggestions and, inside each, the row that goes into the form.
import { toast } from '../toast.js'
import { words } from '../words.js'

const WAIT = 180
const STEP = 20 // permille that an arrow key moves a dot

class ProductPicker extends HTMLElement {
  connectedCallback() {
    if (this.list) return
    this.list = this.querySelector('.picked-list')
    this.about = this.querySelector('[data-about]')
    this.sheet = this.querySelector('dialog')
    const plain = this.querySelector('.products-plain')
    plain.before(this.querySelector(':scope > template').content)
    plain.hidden = !plain.querySelector('textarea').value.trim()
    this.input = this.querySelector('.products-find input')
    this.box = this.querySelector('.products-found')
    this.input.addEventListener('input', () => this.soon())
    this.input.addEventListener('focus', () => { if (!this.quiet) this.find() })
    this.input.addEventListener('keydown', this.key)
    this.addEventListener('focusout', ({ relatedTarget }) => { if (!this.contains(relatedTarget)) this.close() })
    this.box.addEventListener('pointerdown', (event) => event.preventDefault())
    this.box.addEventListener('click', ({ target }) => this.take(target.closest('.found')))
    this.list.addEventListener('click', this.act)
    this.about.addEventListener('change', () => this.arrange())
    this.stage()
    this.arrange()
  }

  get rows() { return [...this.list.children] }

  get options() { return [...this.box.querySelectorAll('.found')] }

  // --- finding -------------------------------------------------------------------------------------

  soon() {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.find(), WAIT)
  }

  async find() {
    const asked = this.input.value.trim()
    this.asking?.abort()
    this.asking = new AbortController()
    try {
      const answer = await fetch(`${this.dataset.suggestUrl}?q=${encodeURIComponent(asked)}`, { headers: { 'HX-Request': 'true' }, signal: this.asking.signal })
      if (!answer.ok) return
      const found = new DOMParser().parseFromString(await answer.text(), 'text/html')
      this.box.replaceChildren(...found.body.childNodes)
      this.box.hidden = document.activeElement !== this.input
      this.input.setAttribute('aria-expanded', String(!this.box.hidden))
      this.mark(asked ? 0 : -1)
    } catch (error) {
      if (error.name !== 'AbortError') toast(words.network, 'warn')
    }
  }

  close() {
    this.box.hidden = true
    this.input.setAttribute('aria-expanded', 'false')
    this.mark(-1)
  }

  mark(place) {
    this.place = place
    this.options.forEach((option, n) => option.setAttribute('aria-selected', String(n === place)))
    const chosen = this.options[place]
    if (chosen) { this.input.setAttribute('aria-activedescendant', chosen.id); chosen.scrollIntoView({ block: 'nearest' }) }
    else this.input.removeAttribute('aria-activedescendant')
  }

  key = (event) => {
    if (event.isComposing) return
    const { length } = this.options
    if (event.key === 'Enter') {
      event.preventDefault() // never sends the post
      if (!this.box.hidden) this.take(this.options[this.place])
    } else if (event.key === 'Escape' && !this.box.hidden) { event.preventDefault(); this.close() }
    else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && length) {
      event.preventDefault()
      if (this.box.hidden) return this.find()
      this.mark((this.place + (event.key === 'ArrowDown' ? 1 : length + (this.place < 0 ? 0 : -1))) % length)
    }
  }

  take(option) {
    if (!option) return
    const known = this.rows.find((row) => row.dataset.slug === option.dataset.slug)
    if (!known && this.rows.length >= Number(this.dataset.max)) return toast(this.dataset.full, 'info')
    if (!known) this.list.append(option.querySelector('template').content.cloneNode(true))
    this.asking?.abort()
    this.input.value = ''
    this.close()
    this.arrange()
    this.say(option.querySelector('.clip').textContent)
  }

  act = ({ target }) => {
    const button = target.closest('[data-act]')
    if (!button) return
    const row = button.closest('.picked')
    if (button.dataset.act === 'spot') return this.open(row)
    row.remove()
    this.asking?.abort()
    this.quiet = true // the list opens when somebody asks for it
    this.input.focus()
    this.quiet = false
    this.close()
    this.arrange()
    this.say(this.dataset.removed)
  }

  // A review or a question is about one product; the choice stands there when there is something to choose.
  arrange() {
    const { rows } = this
    for (const button of this.list.querySelectorAll('[data-act]')) button.hidden = false
    for (const row of rows) row.querySelector('.picked-spot').setAttribute('aria-pressed', String(Boolean(row.querySelector('[data-spot]').value)))
    const kind = this.about.querySelector('[name="product_about"]:checked')?.value
    this.about.hidden = rows.length !== 1 && !kind
    this.about.querySelector('[data-stars]').hidden = kind !== 'review'
    for (const row of rows) row.querySelector('.picked-as').hidden = Boolean(kind)
  }

  say(text) { this.querySelector('[data-say]').textContent = text }

  // --- a dot on a photo ----------------------------------------------------------------------------

  stage() {
    this.photo = this.sheet.querySelector('[data-photo]')
    this.dot = this.sheet.querySelector('.spot-dot')
    this.photo.addEventListener('click', ({ clientX, clientY }) => {
      const box = this.photo.getBoundingClientRect()
      this.put((clientX - box.left) / box.width * 1000, (clientY - box.top) / box.height * 1000)
    })
    this.photo.addEventListener('load', () => this.put(this.x, this.y))
    this.sheet.addEventListener('keydown', (event) => {
      const [x, y] = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key] ?? []
      if (x === undefined || event.target.closest('.spot-photos')) return
      event.preventDefault()
      this.put((this.x ?? 500) + x, (this.y ?? 500) + y)
    })
    this.sheet.querySelector('.spot-photos').addEventListener('click', ({ target }) => {
      const tile = target.closest('button')
      if (tile) { this.x = this.y = undefined; this.look(Number(tile.dataset.place)) }
    })
    this.sheet.addEventListener('click', ({ target }) => {
      const { spotAct } = target.closest('[data-spot-act]')?.dataset ?? {}
      if (!spotAct) return
      const field = this.row.querySelector('[data-spot]')
      if (spotAct === 'none') field.value = ''
      if (spotAct === 'done' && this.x !== undefined) field.value = `${this.photoId}:${Math.round(this.x)}:${Math.round(this.y)}`
      this.sheet.close()
      this.arrange()
      this.row.querySelector('.picked-spot').focus()
    })
  }

  open(row) {
    this.row = row
    this.tiles = [...(this.closest('form')?.querySelectorAll('.photo-tile') ?? [])].filter((tile) => tile.querySelector('[name="photo_ids"]:not(:disabled)')?.value)
    if (!this.tiles.length) return toast(this.dataset.noPhoto, 'info')
    const [id, x, y] = row.querySelector('[data-spot]').value.split(':')
    const known = this.tiles.findIndex((tile) => idOf(tile) === id)
    this.x = known < 0 ? undefined : Number(x)
    this.y = known < 0 ? undefined : Number(y)
    this.sheet.querySelector('.spot-photos').replaceChildren(...(this.tiles.length > 1 ? this.tiles.map(numbered) : []))
    this.sheet.showModal()
    this.look(Math.max(0, known))
  }

  look(place) {
    const tile = this.tiles[place]
    this.photoId = idOf(tile)
    if (!tile.dataset.large) tile.dataset.large = URL.createObjectURL(tile.blob ?? tile.file)
    this.dot.hidden = true
    this.photo.src = tile.dataset.large
    this.sheet.querySelectorAll('.spot-photos button').forEach((button, n) => button.setAttribute('aria-pressed', String(n === place)))
  }

  put(x, y) {
    if (x === undefined) return
    this.x = Math.min(1000, Math.max(0, x))
    this.y = Math.min(1000, Math.max(0, y))
    // Set by script, so the policy against written-out styles lets it through.
    this.dot.style.left = `${this.photo.offsetLeft + this.photo.offsetWidth * this.x / 1000}px`
    this.dot.style.top = `${this.photo.offsetTop + this.photo.offsetHeight * this.y / 1000}px`
    this.dot.hidden = false
  }
}

const idOf = (tile) => tile.querySelector('[name="photo_ids"]').value

function numbered(_tile, n) {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'chip num'
  button.dataset.place = n
  button.textContent = n + 1
  return button
}

customElements.define('product-picker', ProductPicker)
