// A square cut from a photo: drag or tap to centre, wheel or range to zoom, arrow keys to move.
// Fills crop_x, crop_y, crop_size with whole pixels of the upright source.
class AvatarCrop extends HTMLElement {
  connectedCallback() {
    if (this.canvas) return
    this.canvas = this.querySelector('canvas')
    this.zoom = this.querySelector('[type="range"]')
    this.file = this.querySelector('[type="file"]')
    this.fields = Object.fromEntries(['x', 'y', 'size'].map((name) => [name, this.querySelector(`[name="crop_${name}"]`)]))
    this.file.addEventListener('change', () => this.open(this.file.files[0]))
    this.zoom.addEventListener('input', () => this.move(0, 0))
    this.canvas.addEventListener('pointerdown', this.grab)
    this.canvas.addEventListener('keydown', this.key)
    this.canvas.addEventListener('wheel', this.wheel, { passive: false })
  }

  async open(file) {
    if (!file) return
    try {
      this.picture = await createImageBitmap(file)
    } catch {
      return // the server says what is wrong with it
    }
    this.zoom.value = 100
    this.x = this.picture.width / 2
    this.y = this.picture.height / 2
    this.classList.add('is-open')
    this.querySelector('.crop-stage').hidden = false
    this.move(0, 0)
  }

  get size() { return Math.min(this.picture.width, this.picture.height) * 100 / this.zoom.value }

  // Move the middle of the square by source pixels and draw.
  move(dx, dy) {
    if (!this.picture) return
    const { width, height } = this.picture
    const half = this.size / 2
    this.x = Math.min(Math.max(this.x + dx, half), width - half)
    this.y = Math.min(Math.max(this.y + dy, half), height - half)
    const [left, top, side] = [this.x - half, this.y - half, this.size]
    this.canvas.getContext('2d').drawImage(this.picture, left, top, side, side, 0, 0, this.canvas.width, this.canvas.height)
    const whole = Math.floor(side)
    this.fields.size.value = whole
    this.fields.x.value = Math.max(0, Math.min(Math.round(left), width - whole))
    this.fields.y.value = Math.max(0, Math.min(Math.round(top), height - whole))
  }

  grab = (start) => {
    if (!this.picture) return
    const { canvas } = this
    const perPixel = () => this.size / canvas.clientWidth
    let [lastX, lastY, moved] = [start.clientX, start.clientY, 0]
    canvas.setPointerCapture(start.pointerId)
    const drag = (event) => {
      this.move((lastX - event.clientX) * perPixel(), (lastY - event.clientY) * perPixel())
      moved += Math.abs(lastX - event.clientX) + Math.abs(lastY - event.clientY)
      ;[lastX, lastY] = [event.clientX, event.clientY]
    }
    const drop = (event) => {
      canvas.removeEventListener('pointermove', drag)
      const box = canvas.getBoundingClientRect()
      if (moved < 4) this.move((event.clientX - box.left - box.width / 2) * perPixel(), (event.clientY - box.top - box.height / 2) * perPixel())
    }
    canvas.addEventListener('pointermove', drag)
    canvas.addEventListener('pointerup', drop, { once: true })
    canvas.addEventListener('pointercancel', () => canvas.removeEventListener('pointermove', drag), { once: true })
  }

  key = (event) => {
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? []
    if (dx === undefined || !this.picture) return
    event.preventDefault()
    this.move(dx * this.size * 0.04, dy * this.size * 0.04)
  }

  wheel = (event) => {
    event.preventDefault()
    this.zoom.value = Number(this.zoom.value) - Math.sign(event.deltaY) * 12
    this.move(0, 0)
  }
}

customElements.define('avatar-crop', AvatarCrop)
