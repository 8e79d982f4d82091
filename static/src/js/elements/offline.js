// Without a network: what was visited can be read, what is typed stays on this phone, and nothing sends itself.
import { draftKey, kept } from '../posted.js'
import { toast } from '../toast.js'
import { words } from '../words.js'

const root = document.documentElement
const worker = 'serviceWorker' in navigator && !/MicroMessenger/i.test(navigator.userAgent) ? navigator.serviceWorker : null
const PAGES = 'pages-1' // as in sw.js
const INDEX = '/offline/index'

const moment = (at) => new Intl.DateTimeFormat(root.lang, { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' }).format(at)

// --- what this page loaded, for the worker -----------------------------------------------------------

async function tell() {
  const { active } = await worker.ready
  const files = performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.startsWith(location.origin))
  active.postMessage({ type: 'seen', url: location.href, files })
}

if (worker) {
  addEventListener('load', () => worker.register('/sw.js').then(tell).then(() => setTimeout(tell, 600)).catch(() => {})) // at once, and what came a little later
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && worker.controller && tell())
}

// --- a kept page says so -----------------------------------------------------------------------------

const at = Number(root.dataset.kept)
const note = document.querySelector('[data-offline]')

function show() {
  const isCut = Boolean(at) || !navigator.onLine
  root.toggleAttribute('data-cut', isCut)
  if (!note) return
  note.hidden = !isCut
  const again = note.querySelector('a')
  if (again) again.hidden = !at || !navigator.onLine
  root.style.setProperty('--note', `${note.offsetHeight}px`)
}
if (at && note) note.querySelector('span').textContent = words.keptNote.replace('{time}', moment(at))
addEventListener('online', show)
addEventListener('offline', show)
show()

// Captured: before htmx and the forms' own scripts.
document.addEventListener('submit', (event) => {
  if (navigator.onLine || event.target.method !== 'post') return
  event.preventDefault()
  event.stopImmediatePropagation()
  toast(event.target.matches('[data-place]') ? words.textKept : words.needsNetwork, 'warn')
}, true)

// --- the reply that is being typed -------------------------------------------------------------------

class KeptText extends HTMLElement {
  connectedCallback() {
    this.form = this.closest('form')
    this.area = this.form?.querySelector('textarea')
    if (!this.area) return
    // The bar changes its width with the focus: the button must not take it away between press and release.
    this.form.querySelector('[type=submit]').addEventListener('mousedown', (event) => event.preventDefault())
    this.store = draftKey(this.form.dataset.owner, this.form.dataset.place)
    const last = kept(this.store)
    if (last && !this.area.value) {
      this.area.value = last.text
      this.area.dispatchEvent(new Event('input', { bubbles: true }))
      this.hidden = false
    }
    this.keep()
    this.area.addEventListener('input', () => this.keep())
    this.querySelector('button').addEventListener('click', () => {
      this.area.value = ''
      this.area.dispatchEvent(new Event('input', { bubbles: true }))
      this.hidden = true
      this.area.focus()
    })
  }

  keep() {
    const text = this.area.value
    try {
      if (text.trim()) localStorage.setItem(this.store, JSON.stringify({ at: Date.now(), key: this.form.elements.request_key?.value, text }))
      else localStorage.removeItem(this.store)
    } catch { /* full, or not allowed */ }
  }
}

// --- what can be read now ----------------------------------------------------------------------------

class KeptPages extends HTMLElement {
  async connectedCallback() {
    const store = worker && 'caches' in window && await caches.open(PAGES)
    const { pages = [] } = await (store && await store.match(INDEX))?.json() ?? {}
    const line = this.querySelector('template').content
    const list = this.querySelector('ul')
    for (const { name, title, at: when, photos } of pages) {
      const row = line.cloneNode(true)
      const link = row.querySelector('a')
      link.href = name
      link.querySelector('b').textContent = new DOMParser().parseFromString(title, 'text/html').body.textContent
      link.querySelector('small').textContent = moment(when)
      if (photos.length) {
        const picture = Object.assign(document.createElement('img'), { src: photos[0], width: 56, height: 56, alt: '' })
        link.querySelector('.tile').replaceWith(picture)
      }
      list.append(row)
    }
    list.hidden = !pages.length
    this.querySelector('[data-none]').hidden = pages.length > 0
  }
}

customElements.define('kept-text', KeptText)
customElements.define('kept-pages', KeptPages)
