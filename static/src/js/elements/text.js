// Small helpers around text: fields that grow and count, passwords shown, codes that send themselves, times that stay fresh.
import { icon } from '../words.js'

class AutoGrow extends HTMLElement {
  connectedCallback() {
    this.area = this.querySelector('textarea')
    if (!this.area) return
    this.area.addEventListener('input', this.fit)
    this.seen = new IntersectionObserver(this.fit)
    this.seen.observe(this.area)
    this.fit()
  }

  disconnectedCallback() { this.seen?.disconnect() }

  fit = () => {
    const { area } = this
    if (!area.value) return area.style.removeProperty('height')
    area.style.height = 'auto'
    area.style.height = `${Math.min(area.scrollHeight, Number(this.dataset.max) || 640)}px`
  }
}

class CharCount extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector('input, textarea')
    this.max = this.field?.maxLength
    if (!(this.max > 0)) return
    this.count = document.createElement('span')
    this.count.className = 'count num'
    this.count.setAttribute('aria-hidden', 'true')
    this.append(this.count)
    this.field.addEventListener('input', this.show)
    this.show()
  }

  show = () => {
    const length = this.field.value.length
    this.count.textContent = `${length}/${this.max}`
    this.count.hidden = length < this.max * 0.7
    this.count.classList.toggle('is-over', length >= this.max)
  }
}

class ShowPassword extends HTMLElement {
  connectedCallback() {
    const field = this.querySelector('input')
    if (!field || this.querySelector('button')) return
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'iconbtn show-btn'
    const show = (visible) => {
      field.type = visible ? 'text' : 'password'
      button.setAttribute('aria-label', visible ? this.dataset.hide : this.dataset.show)
      button.setAttribute('aria-pressed', String(visible))
      button.replaceChildren(icon(visible ? 'eye-off' : 'eye'))
    }
    button.addEventListener('click', () => show(field.type === 'password'))
    field.form?.addEventListener('submit', () => show(false))
    show(false)
    this.append(button)
  }
}

class CodeInput extends HTMLElement {
  connectedCallback() {
    const field = this.querySelector('input')
    field?.addEventListener('input', () => {
      const digits = field.value.normalize('NFKC').replace(/\D/g, '').slice(0, Number(this.dataset.length))
      if (field.value !== digits) field.value = digits
      if (digits.length === Number(this.dataset.length)) field.form.requestSubmit()
    })
  }
}

class RelTime extends HTMLElement {
  connectedCallback() {
    this.time = this.querySelector('time')
    this.timer = setInterval(this.show, 30_000)
  }

  disconnectedCallback() { clearInterval(this.timer) }

  show = () => {
    const seconds = Math.round((Date.now() - Date.parse(this.time?.dateTime)) / 1000)
    if (!(seconds >= 60) || seconds >= 86_400) return
    const [value, unit] = seconds < 3600 ? [Math.floor(seconds / 60), 'minute'] : [Math.floor(seconds / 3600), 'hour']
    const text = new Intl.RelativeTimeFormat(document.documentElement.lang, { style: 'short' }).format(-value, unit)
    this.time.textContent = text.replace(/(\d)([\u4e00-\u9fff])/, '$1 $2').replace('. ', ' ')
  }
}

// <count-down data-seconds="20"> or data-until="…": its [data-left] shows what is left; at zero [data-over] appears.
class CountDown extends HTMLElement {
  connectedCallback() {
    this.until = this.dataset.until ? Date.parse(this.dataset.until) : Date.now() + Number(this.dataset.seconds) * 1000
    this.timer = setInterval(this.show, 1000)
    this.show()
  }

  disconnectedCallback() { clearInterval(this.timer) }

  show = () => {
    const left = Math.max(0, Math.ceil((this.until - Date.now()) / 1000))
    const hours = Math.floor(left / 3600)
    const two = (number) => String(number).padStart(2, '0')
    const text = left < 60 ? String(left) : `${hours ? `${hours}:${two(Math.floor((left % 3600) / 60))}` : Math.floor(left / 60)}:${two(left % 60)}`
    this.querySelectorAll('[data-left]').forEach((place) => { place.textContent = text })
    if (left > 0) return
    clearInterval(this.timer)
    this.querySelectorAll('[data-over]').forEach((part) => { part.hidden = false })
    this.querySelectorAll('[data-until-over]').forEach((part) => { part.hidden = true })
  }
}

class AutoSubmit extends HTMLElement {
  connectedCallback() {
    this.addEventListener('change', ({ target }) => target.matches('select, [type="checkbox"], [type="radio"], [type="date"]') && target.form.requestSubmit())
  }
}

customElements.define('auto-grow', AutoGrow)
customElements.define('char-count', CharCount)
customElements.define('show-password', ShowPassword)
customElements.define('code-input', CodeInput)
customElements.define('rel-time', RelTime)
customElements.define('count-down', CountDown)
customElements.define('auto-submit', AutoSubmit)
