// Hover, touch or arrow keys over a server-printed chart: the table beneath it is the data.
class ChartHover extends HTMLElement {
  connectedCallback() {
    this.plot = this.querySelector('.plot')
    this.rows = [...this.querySelectorAll('tr[data-x]')]
    if (!this.rows.length) return
    this.tip = this.querySelector('[data-tip]')
    this.mark = this.querySelector('[data-mark]')
    this.plot.addEventListener('pointermove', ({ clientX }) => {
      const box = this.plot.getBoundingClientRect()
      this.show(this.nearest(((clientX - box.left) / box.width) * 100))
    })
    this.plot.addEventListener('pointerleave', () => this.hide())
    this.plot.addEventListener('blur', () => this.hide())
    this.plot.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
      if (!step) return
      event.preventDefault()
      this.show(Math.min(Math.max((this.at ?? (step > 0 ? -1 : this.rows.length)) + step, 0), this.rows.length - 1))
    })
  }

  nearest(x) {
    return this.rows.reduce((best, row, n) => (Math.abs(row.dataset.x - x) < Math.abs(this.rows[best].dataset.x - x) ? n : best), 0)
  }

  show(index) {
    this.at = index
    const { cells, dataset: { x, y } } = this.rows[index]
    const [line, point] = this.mark.children
    line.setAttribute('x1', `${x}%`)
    line.setAttribute('x2', `${x}%`)
    point.setAttribute('cx', `${x}%`)
    point.setAttribute('cy', `${y}%`)
    const [day, value, change] = this.tip.children
    day.textContent = cells[0].textContent
    value.textContent = cells[1].textContent
    change.textContent = cells[2]?.textContent ?? ''
    this.tip.hidden = false
    this.mark.removeAttribute('hidden')
    const room = this.plot.clientWidth - this.tip.offsetWidth
    this.tip.style.left = `${Math.min(Math.max((this.plot.clientWidth * x) / 100 - this.tip.offsetWidth / 2, 0), room)}px`
  }

  hide() {
    this.at = undefined
    this.tip.hidden = true
    this.mark.setAttribute('hidden', '')
  }
}

customElements.define('chart-hover', ChartHover)
