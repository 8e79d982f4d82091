// The composer: toolbar, live preview, drafts on the server and on the phone, kinds, steps, captions and crop.
// Everything it does is a convenience: the form works without it.
import { csrfToken } from '../core.js'
import { draftKey, kept } from '../posted.js'
import { toast } from '../toast.js'
import { words } from '../words.js'

const SAVE_AFTER = 4000
const KEEP_AFTER = 400
const PREVIEW_AFTER = 700
const MARKS = { bold: ['**', '**'], italic: ['*', '*'], list: ['- ', '', true], quote: ['> ', '', true], link: ['[', '](https://)'], topic: ['#', '#'] }

class WritingDesk extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector('form')
    if (!this.form || this.area) return
    this.area = this.form.elements.body
    this.status = this.querySelector('[data-kept]')
    this.store = draftKey(this.dataset.owner, this.dataset.place)
    this.querySelectorAll('.tools, [data-step-act]').forEach((part) => { part.hidden = false })
    this.form.addEventListener('input', this.changed)
    this.form.addEventListener('change', this.changed)
    this.form.addEventListener('click', this.tap)
    this.form.addEventListener('submit', () => { this.asleep = true; clearTimeout(this.saving); this.sending?.abort() })
    // Photos come and go without an input event.
    new MutationObserver(this.changed).observe(this.form, { childList: true, subtree: true, attributes: true, attributeFilter: ['value'] })
    addEventListener('online', this.changed)
    addEventListener('offline', () => { this.status.textContent = this.dataset.unreachable })
    addEventListener('pageshow', ({ persisted }) => { if (persisted) this.asleep = false })
    this.photos()
    this.kinds()
    this.arrange()
    this.restore()
    this.begun = this.snapshot()
  }

  // --- toolbar -------------------------------------------------------------------------------------

  tap = (event) => {
    const button = event.target.closest('button')
    if (!button) return
    const { tool, emoji, stepAct } = button.dataset
    if (emoji) this.write(emoji)
    else if (tool === 'at') this.write(this.before().match(/[\w]$/) ? ' @' : '@')
    else if (tool) this.mark(...MARKS[tool])
    else if (stepAct) this.move(button.closest('[data-step]'), stepAct)
    else if (button.matches('[data-add-step]')) { event.preventDefault(); this.addStep() }
    else if (button.dataset.act === 'edit') this.open(button.closest('.photo-tile'))
  }

  before() { return this.area.value.slice(0, this.area.selectionStart) }

  write(text) {
    const { area } = this
    area.setRangeText(text, area.selectionStart, area.selectionEnd, 'end')
    this.wrote()
  }

  wrote() {
    this.area.focus()
    this.area.dispatchEvent(new Event('input', { bubbles: true }))
  }

  mark(open, close, isLine) {
    const { area } = this
    const [start, end] = [area.selectionStart, area.selectionEnd]
    if (isLine) {
      const from = area.value.lastIndexOf('\n', start - 1) + 1
      const lines = area.value.slice(from, end).split('\n').map((line) => open + line).join('\n')
      area.setRangeText(lines, from, end, 'end')
    } else {
      area.setRangeText(open + area.value.slice(start, end) + close, start, end, 'end')
      if (start === end) area.setSelectionRange(start + open.length, start + open.length)
    }
    this.wrote()
  }

  // --- kinds and steps -----------------------------------------------------------------------------

  kinds() {
    this.form.addEventListener('change', ({ target }) => { if (target.name === 'kind') this.showKind(target) })
  }

  showKind(radio) {
    for (const part of this.querySelectorAll('[data-for]')) part.hidden = part.dataset.for !== radio.value
    this.form.elements.title.placeholder = radio.dataset.titleHint
    this.area.placeholder = radio.dataset.bodyHint
    this.querySelector('[data-kind-help]').textContent = radio.dataset.help
  }

  get list() { return this.querySelector('[data-steps]') }

  addStep() {
    const steps = [...this.list.children]
    if (steps.length >= Number(this.list.dataset.max)) return
    const n = Math.max(0, ...steps.map((step) => Number(step.querySelector('[name="step"]').value))) + 1
    const added = this.querySelector('[data-step-template]').content.firstElementChild.cloneNode(true)
    for (const part of [added, ...added.querySelectorAll('*')]) {
      for (const { name, value } of [...part.attributes]) if (value.includes('__n__')) part.setAttribute(name, value.replaceAll('__n__', n))
    }
    this.list.append(added)
    added.querySelectorAll('[data-step-act]').forEach((button) => { button.hidden = false })
    this.arrange()
    added.querySelector('textarea').focus()
  }

  move(step, act) {
    if (act === 'up') step.previousElementSibling?.before(step)
    if (act === 'down') step.nextElementSibling?.after(step)
    if (act === 'remove') { (step.nextElementSibling ?? step.previousElementSibling)?.querySelector('textarea').focus(); step.remove() } else step.querySelector(`[data-step-act="${act}"]`).focus()
    this.arrange()
    this.changed()
  }

  arrange() {
    [...this.list.children].forEach((step, n) => { step.querySelector('[data-place]').textContent = n + 1 })
  }

  // --- drafts --------------------------------------------------------------------------------------

  changed = () => {
    if (this.asleep || !this.begun) return
    clearTimeout(this.keeping)
    clearTimeout(this.saving)
    clearTimeout(this.looking)
    this.keeping = setTimeout(() => this.keep(), KEEP_AFTER)
    this.saving = setTimeout(() => this.save(), SAVE_AFTER)
    if (!this.querySelector('#preview')?.hidden) this.looking = setTimeout(() => this.querySelector('#preview-b').click(), PREVIEW_AFTER)
  }

  fields() { return [...new FormData(this.form)].filter(([name, value]) => typeof value === 'string' && name !== 'csrf_token') }

  snapshot() { return JSON.stringify(this.fields()) }

  keep() {
    const now = this.snapshot()
    if (now === this.begun) return
    try { localStorage.setItem(this.store, JSON.stringify({ at: Date.now(), key: this.form.elements.request_key.value, fields: this.fields() })) } catch { /* full, or not allowed */ }
  }

  async save() {
    const now = this.snapshot()
    if (now === this.saved || now === this.begun || this.asleep) return
    this.sending?.abort()
    this.sending = new AbortController()
    const body = new FormData()
    for (const [name, value] of this.fields()) body.append(name, value)
    try {
      const answer = await fetch(this.dataset.draftUrl, { method: 'POST', body, headers: { 'X-CSRFToken': csrfToken(), Accept: 'application/json' }, signal: this.sending.signal })
      const said = await answer.json()
      if (answer.ok) this.saved = now
      this.status.textContent = answer.ok ? (said.saved ? this.dataset.saved.replace('{time}', said.saved) : '') : said.error?.message ?? ''
    } catch (error) {
      if (error.name !== 'AbortError') this.status.textContent = this.dataset.unreachable
    }
  }

  // A fresh page takes back what the phone kept; a page that shows something keeps what it shows.
  restore() {
    const last = kept(this.store)
    const { elements } = this.form
    const isFresh = this.dataset.place === 'new' && !elements.title.value && !elements.body.value && !this.querySelector('.photo-tile')
    if (!last || !isFresh || location.search.includes('draft=')) return
    const photos = []
    for (const [name, value] of last.fields) {
      if (name === 'photo_ids' || name === 'video_id' || name.startsWith('step_photo_id-') || name.startsWith('product') || name.startsWith('caption-')) { photos.push([name, value]); continue }
      if (name.startsWith('step_text-') && !elements[name]) this.addStep()
      const field = elements[name]
      if (field && 'value' in field && name !== 'act') field.value = value
    }
    const kind = elements.kind && [...this.form.querySelectorAll('[name="kind"]')].find((radio) => radio.checked)
    if (kind) this.showKind(kind)
    const hint = this.querySelector('[data-restored]')
    hint.hidden = false
    const more = hint.querySelector('[data-restore="photos"]')
    more.hidden = !photos.length
    more.addEventListener('click', () => this.sendAgain(photos))
    hint.querySelector('[data-restore="drop"]').addEventListener('click', () => { localStorage.removeItem(this.store); this.asleep = true; location.replace(location.pathname) })
    this.area.dispatchEvent(new Event('input', { bubbles: true }))
  }

  // The server prints photos and products again: the form goes there as it was, and comes back whole.
  sendAgain(fields) {
    for (const [name, value] of [...fields, ['act', 'kind']]) {
      const field = document.createElement('input')
      Object.assign(field, { type: 'hidden', name, value })
      this.form.append(field)
    }
    this.form.submit()
  }

  // --- caption and crop ----------------------------------------------------------------------------

  photos() {
    this.sheet = this.querySelector('.photo-sheet')
    this.canvas = this.sheet.querySelector('canvas')
    this.slide = this.sheet.querySelector('[data-crop-slide]')
    this.caption = this.sheet.querySelector('[data-photo-caption]')
    for (const button of this.querySelectorAll('.photo-edit')) this.showEdit(button)
    for (const template of this.querySelectorAll('.photos > template')) { const button = template.content.querySelector('.photo-edit'); if (button) button.hidden = false }
    this.slide.querySelector('input').addEventListener('input', () => this.draw())
    this.sheet.addEventListener('click', ({ target }) => {
      const button = target.closest('button')
      if (!button) return
      if (button.dataset.ratio) { this.ratio = Number(button.dataset.ratio); this.draw() }
      if (button.dataset.photoAct === 'done') this.finish()
      if (button.dataset.photoAct) this.sheet.close()
    })
  }

  showEdit(button) {
    button.hidden = false
    if (button.dataset.caption) this.captionOf(button.closest('.photo-tile'), button.dataset.caption)
  }

  // A caption travels in a field named after its photo.
  captionOf(tile, text) {
    const id = tile.querySelector('[name="photo_ids"]').value
    const field = tile.querySelector('[data-caption-field]') ?? document.createElement('input')
    Object.assign(field, { type: 'hidden', name: `caption-${id}`, value: text })
    field.dataset.captionField = ''
    tile.querySelector('.photo-edit').dataset.caption = text
    tile.append(field)
  }

  async open(tile) {
    const source = tile.blob ?? tile.file ?? await (await fetch(tile.dataset.large)).blob()
    try { this.picture = await createImageBitmap(source) } catch { return toast(words.failed, 'warn') }
    this.tile = tile
    this.ratio = 0
    this.slide.querySelector('input').value = 50
    this.caption.value = tile.querySelector('.photo-edit').dataset.caption
    this.sheet.showModal()
    this.draw()
  }

  box() {
    const { width, height } = this.picture
    if (!this.ratio) return [0, 0, width, height]
    const [w, h] = width / height > this.ratio ? [height * this.ratio, height] : [width, width / this.ratio]
    const at = this.slide.querySelector('input').value / 100
    return [(width - w) * at, (height - h) * at, w, h].map(Math.round)
  }

  draw() {
    const [x, y, w, h] = this.box()
    const scale = Math.min(1, 640 / Math.max(w, h))
    this.canvas.width = w * scale
    this.canvas.height = h * scale
    this.canvas.getContext('2d').drawImage(this.picture, x, y, w, h, 0, 0, this.canvas.width, this.canvas.height)
    this.slide.hidden = !this.ratio || (w === this.picture.width && h === this.picture.height)
    for (const button of this.sheet.querySelectorAll('[data-ratio]')) button.setAttribute('aria-pressed', String(Number(button.dataset.ratio) === this.ratio))
  }

  async finish() {
    const text = this.caption.value.trim()
    const { tile } = this
    if (!this.ratio) return this.captionOf(tile, text)
    const [x, y, w, h] = this.box()
    const cut = Object.assign(document.createElement('canvas'), { width: w, height: h })
    cut.getContext('2d').drawImage(this.picture, x, y, w, h, 0, 0, w, h)
    const blob = await new Promise((resolve) => { cut.toBlob(resolve, 'image/jpeg', 0.92) })
    tile.closest('photo-picker').replace(tile, new File([blob], 'crop.jpg', { type: 'image/jpeg' }), (fresh) => { if (text) this.captionOf(fresh, text) })
  }
}

customElements.define('writing-desk', WritingDesk)
