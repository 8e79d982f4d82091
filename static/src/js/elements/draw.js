// Draws: the grid runs to the prize that is decided already, a card is scratched, anybody's browser checks a try.
// Without scripts, with less motion, or on a second look the result simply stands there.

const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches
const AROUND = [0, 1, 2, 4, 7, 6, 5, 3] // the ring clockwise, among the eight cells in reading order

// Where the form was just made, the seed is the browser's own: then the server can't have picked it.
class DrawSeed extends HTMLElement {
  connectedCallback() {
    const field = this.querySelector('input')
    if (field && 'fresh' in this.dataset) field.value = [...crypto.getRandomValues(new Uint8Array(8))].map((n) => n.toString(16).padStart(2, '0')).join('')
  }
}

class DrawReveal extends HTMLElement {
  connectedCallback() {
    const { key, kind } = this.dataset
    if (calm() || seen(key)) return this.light()
    this.classList.add('is-playing')
    if (kind === 'scratch') this.scratch()
    else this.run()
  }

  light() {
    this.querySelector(`.draw-cell[data-code="${CSS.escape(this.dataset.code)}"]`)?.classList.add('is-lit')
  }

  end = () => {
    clearTimeout(this.timer)
    this.classList.remove('is-playing')
    this.querySelector('canvas')?.remove()
    this.skip?.remove()
    for (const cell of this.querySelectorAll('.is-lit')) cell.classList.remove('is-lit')
    this.light()
  }

  offerSkip() {
    this.skip = Object.assign(document.createElement('button'), { type: 'button', className: 'btn btn-quiet btn-sm', textContent: this.dataset.skip })
    this.skip.addEventListener('click', this.end)
    this.append(this.skip)
  }

  run() {
    const cells = this.querySelectorAll('.draw-cell')
    const ring = AROUND.map((n) => cells[n])
    const last = 24 + ring.findIndex((cell) => cell.dataset.code === this.dataset.code)
    let step = 0
    this.offerSkip()
    const next = () => {
      ring[(step + 7) % 8].classList.remove('is-lit')
      ring[step % 8].classList.add('is-lit')
      if (step === last) this.timer = setTimeout(this.end, 450)
      else this.timer = setTimeout(next, 55 + Math.max(0, step - last + 10) * 26)
      step++
    }
    next()
  }

  scratch() {
    this.classList.remove('is-playing')
    const told = this.querySelector('.draw-told')
    const foil = document.createElement('canvas')
    const { width, height } = told.getBoundingClientRect()
    Object.assign(foil, { width, height })
    const pen = foil.getContext('2d')
    const look = getComputedStyle(this)
    const tone = (name) => look.getPropertyValue(name).trim() || 'gray'
    const sheen = pen.createLinearGradient(0, 0, width, height)
    sheen.addColorStop(0, tone('--hero-a'))
    sheen.addColorStop(1, tone('--hero-b'))
    pen.fillStyle = sheen
    pen.fillRect(0, 0, width, height)
    pen.strokeStyle = pen.fillStyle = tone('--on-hero')
    pen.globalAlpha = 0.14
    const line = (x) => {
      pen.beginPath()
      pen.moveTo(x, height)
      pen.lineTo(x + height, 0)
      pen.stroke()
    }
    for (let x = -height; x < width; x += 18) line(x)
    pen.globalAlpha = 1
    pen.font = `600 20px ${look.fontFamily}`
    pen.textAlign = 'center'
    pen.fillText(this.dataset.hint, width / 2, height / 2 + 7)
    pen.globalCompositeOperation = 'destination-out'
    told.append(foil)
    this.offerSkip()
    let rubbed = 0
    foil.addEventListener('pointermove', (event) => {
      if (event.pointerType === 'mouse' && !event.buttons) return
      pen.beginPath()
      pen.arc(event.offsetX, event.offsetY, 26, 0, 7)
      pen.fill()
      if (++rubbed > 60) this.end()
    })
  }
}

function seen(key) {
  try {
    const before = sessionStorage.getItem(key)
    sessionStorage.setItem(key, '1')
    return Boolean(before)
  } catch {
    return true
  }
}

const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16))
const hex = (buffer) => [...new Uint8Array(buffer)].map((n) => n.toString(16).padStart(2, '0')).join('')
const MILLION = 1000000n
const LIMIT = ((1n << 64n) / MILLION) * MILLION

// The mapping of docs/draws-fairness.md.
export async function roll(seed, message) {
  const key = await crypto.subtle.importKey('raw', seed, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  for (let block = 0; ; block++) {
    const text = block ? `${message}|${block}` : message
    const view = new DataView(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text)))
    for (let at = 0; at < 32; at += 8) {
      const word = view.getBigUint64(at)
      if (word < LIMIT) return Number(word % MILLION)
    }
  }
}

class DrawCheck extends HTMLElement {
  async connectedCallback() {
    const { seed, commitment, message, ends, roll: told, rolled, good, bad } = this.dataset
    if (!seed || !globalThis.crypto?.subtle) return
    const number = await roll(bytes(seed), message)
    const digest = hex(await crypto.subtle.digest('SHA-256', bytes(seed)))
    const code = ends.split(' ').map((pair) => pair.split(':')).find(([, end]) => number < Number(end))?.[0]
    const is = digest === commitment && number === Number(told) && code === rolled
    this.querySelector('[data-out]').textContent = `${is ? '✓' : '✗'} ${number} → ${code}. ${is ? good : bad}`
  }
}

customElements.define('draw-seed', DrawSeed)
customElements.define('draw-reveal', DrawReveal)
customElements.define('draw-check', DrawCheck)
