// Choose, drag, paste or take photos; order, remove and retry them; each goes up by itself with its progress.
// The list item printed in <template> is the tile; the order of the tiles is the order of the photos.
import { csrfToken } from '../core.js'
import { toast } from '../toast.js'

const LONGEST = 2560
const SENT_AS_IS = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif'])
const AT_ONCE = 2

class PhotoPicker extends HTMLElement {
  connectedCallback() {
    if (this.list) return
    this.list = this.querySelector('.photo-tiles')
    this.adder = this.querySelector('.photo-add')
    this.input = this.adder.querySelector('input')
    this.template = this.querySelector('template')
    this.max = Number(this.dataset.max)
    this.waiting = []
    this.running = 0
    if (!this.dataset.uploadUrl) return this.previewOnly()
    this.form = this.input.form
    this.input.removeAttribute('name')
    this.input.addEventListener('change', () => { this.add(this.input.files); this.input.value = '' })
    this.list.addEventListener('click', this.act)
    this.form?.addEventListener('submit', this.hold, true)
    // The whole form takes what is dragged or pasted, for the first picker in it; another takes what comes onto itself.
    const zone = this.form?.querySelector('photo-picker') === this ? this.form : this
    const isOurs = ({ target }) => (target.closest?.('photo-picker') ?? this) === this
    zone.addEventListener('dragover', (event) => { if (hasFiles(event) && isOurs(event)) { event.preventDefault(); this.classList.add('is-over') } })
    zone.addEventListener('dragleave', (event) => { if (!zone.contains(event.relatedTarget)) this.classList.remove('is-over') })
    zone.addEventListener('drop', (event) => { if (hasFiles(event) && isOurs(event)) { event.preventDefault(); this.classList.remove('is-over'); this.add(event.dataTransfer.files) } })
    zone.addEventListener('paste', (event) => { const files = event.clipboardData?.files; if (files?.length && isOurs(event)) { event.preventDefault(); this.add(files) } })
    this.arrange()
  }

  // Without an upload address the files travel with the form: the picker only says how many there are.
  previewOnly() {
    this.input.addEventListener('change', () => { this.querySelector('[data-count]').textContent = `${this.input.files.length}/${this.max}` })
  }

  get tiles() { return [...this.list.querySelectorAll('.photo-tile')] }

  add(files) {
    for (const file of files) {
      if (!file.type.startsWith('image/')) { toast(this.dataset.broken, 'warn'); continue }
      if (this.tiles.length >= this.max) { toast(this.dataset.full, 'info'); break }
      const tile = this.template.content.firstElementChild.cloneNode(true)
      tile.file = file
      this.adder.before(tile)
      this.prepare(tile)
    }
    this.arrange()
  }

  // Put another picture in the place of one; `then` hears of it when it has arrived.
  replace(tile, file, then) {
    const fresh = this.template.content.firstElementChild.cloneNode(true)
    Object.assign(fresh, { file, then })
    tile.request?.abort()
    tile.replaceWith(fresh)
    this.prepare(fresh)
    this.arrange()
  }

  async prepare(tile) {
    this.state(tile, 'busy')
    try {
      const picture = await createImageBitmap(tile.file)
      thumbnail(tile.querySelector('canvas'), picture)
      tile.blob = await fit(tile.file, picture)
    } catch {
      return this.fail(tile, this.dataset.broken, false)
    }
    this.waiting.push(tile)
    this.next()
  }

  next() {
    while (this.running < AT_ONCE && this.waiting.length) {
      const tile = this.waiting.shift()
      if (tile.isConnected) this.send(tile)
    }
    if (!this.isBusy && this.held) {
      const { submitter } = this.held
      this.held = null
      if (!this.tiles.some((tile) => tile.classList.contains('is-bad'))) this.form.requestSubmit(submitter)
    }
  }

  send(tile) {
    this.running++
    this.state(tile, 'busy')
    const request = new XMLHttpRequest()
    const body = new FormData()
    body.append('photo', tile.blob, tile.file.name.replace(/\.\w+$/, '') + extension(tile.blob.type))
    request.open('POST', this.dataset.uploadUrl)
    request.setRequestHeader('X-CSRFToken', csrfToken())
    request.setRequestHeader('Accept', 'application/json')
    request.responseType = 'json'
    request.timeout = 120_000
    request.upload.onprogress = ({ loaded, total }) => { tile.querySelector('progress').value = (loaded / total) * 100 }
    request.onload = () => (request.status < 300 && request.response?.id ? this.done(tile, request.response) : this.fail(tile, request.response?.error?.message ?? this.dataset.broken, request.status >= 500 || request.status === 429))
    request.onerror = request.ontimeout = () => this.fail(tile, this.dataset.unreachable, true)
    request.onloadend = () => { this.running--; this.next() }
    tile.request = request
    request.send(body)
  }

  done(tile, { id }) {
    const field = tile.querySelector('input')
    field.value = id
    field.disabled = false
    tile.then?.(tile)
    this.state(tile, '')
    this.arrange()
  }

  fail(tile, message, mayRetry) {
    this.state(tile, 'bad')
    tile.querySelector('[data-fail]').textContent = mayRetry ? '' : message
    tile.querySelector('.photo-fail').hidden = false
    tile.querySelector('.photo-retry').hidden = !mayRetry
    this.say(message)
    this.next()
  }

  state(tile, state) {
    tile.classList.toggle('is-busy', state === 'busy')
    tile.classList.toggle('is-bad', state === 'bad')
    tile.querySelector('progress').hidden = state !== 'busy'
    if (state !== 'bad') for (const part of tile.querySelectorAll('.photo-fail, .photo-retry')) part.hidden = true
  }

  get isBusy() { return this.running > 0 || this.waiting.length > 0 || this.tiles.some((tile) => tile.classList.contains('is-busy')) }

  act = (event) => {
    const button = event.target.closest('[data-act]')
    if (!button) return
    const tile = button.closest('.photo-tile')
    const { act } = button.dataset
    if (act === 'remove') { const near = tile.nextElementSibling; tile.request?.abort(); tile.remove(); near.querySelector('button, input')?.focus() }
    if (act === 'left') tile.previousElementSibling?.before(tile)
    if (act === 'right' && tile.nextElementSibling !== this.adder) tile.nextElementSibling.after(tile)
    if (act === 'retry') { this.waiting.push(tile); this.next() }
    if (act === 'left' || act === 'right') button.focus()
    this.arrange()
    this.next()
  }

  // A form sent while photos are on their way goes out when they have arrived.
  hold = (event) => {
    if (!this.isBusy) return
    event.preventDefault()
    event.stopImmediatePropagation()
    this.held = event
    toast(this.dataset.busy, 'info')
  }

  arrange() {
    const { tiles } = this
    tiles.forEach((tile, n) => tile.classList.toggle('is-last', n === tiles.length - 1))
    this.adder.hidden = tiles.length >= this.max
    const count = `${tiles.length}/${this.max}`
    this.querySelector('[data-count]').textContent = count
    this.say(count)
  }

  say(text) { this.querySelector('[data-say]').textContent = text }
}

const hasFiles = ({ dataTransfer }) => dataTransfer?.types.includes('Files')

const extension = (type) => ({ 'image/png': '.png', 'image/webp': '.webp', 'image/gif': '.gif' }[type] ?? '.jpg')

function thumbnail(canvas, picture) {
  const side = Math.min(picture.width, picture.height)
  canvas.getContext('2d').drawImage(picture, (picture.width - side) / 2, (picture.height - side) / 2, side, side, 0, 0, canvas.width, canvas.height)
}

// Large photos and formats the server doesn't read become a JPEG of at most 2560 px; the rest goes as it is.
async function fit(file, picture) {
  const scale = LONGEST / Math.max(picture.width, picture.height)
  if (file.type === 'image/gif' || (scale >= 1 && SENT_AS_IS.has(file.type))) return file
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(picture.width * Math.min(scale, 1))
  canvas.height = Math.round(picture.height * Math.min(scale, 1))
  canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height)
  picture.close()
  const smaller = await new Promise((resolve) => { canvas.toBlob(resolve, 'image/jpeg', 0.88) })
  return smaller ?? file
}

customElements.define('photo-picker', PhotoPicker)
