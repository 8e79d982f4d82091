// What every page shares: htmx under house rules, toasts, forms that send once, small manners.
import htmx from 'htmx.org'
import { toast } from './toast.js'
import { words } from './words.js'

Object.assign(htmx.config, {
  includeIndicatorCSS: false,
  defaultTimeout: 15000,
  noSwap: [204, 304, '5xx'],
  history: 'reload',
})

export const csrfToken = () => document.querySelector('meta[name="csrf-token"]')?.content ?? ''

// --- requests --------------------------------------------------------------------------------------

document.addEventListener('htmx:config:request', ({ detail: { ctx } }) => {
  if (ctx.request.method !== 'GET' && csrfToken()) ctx.request.headers['X-CSRFToken'] = csrfToken()
})

// Errors other than a form to correct (422) leave the page as it is and say what happened.
document.addEventListener('htmx:before:response', (event) => {
  const { ctx } = event.detail
  const { status, headers } = ctx.response
  if (status < 400 || status === 422 || headers.get('HX-Redirect') || headers.get('HX-Retarget')) return
  event.preventDefault()
  if (!tellFrom(headers)) toast(words.failed, 'danger', { label: words.retry, act: () => again(ctx.sourceElement) })
})

// Read here and not from htmx's own event: that one is lost when the swap replaced its element.
document.addEventListener('htmx:after:request', ({ detail: { ctx } }) => tellFrom(ctx.response.headers))

document.addEventListener('htmx:error', ({ detail: { ctx } }) => {
  if (ctx) toast(words.network, 'warn', { label: words.retry, act: () => again(ctx.sourceElement) })
})

function tellFrom(headers) {
  const text = headers.get('HX-Trigger')
  if (!text?.startsWith('{')) return false
  try {
    const told = [JSON.parse(text).toast ?? []].flat()
    for (const { kind, text: message } of told) toast(message, kind)
    return told.length > 0
  } catch {
    return false
  }
}

function again(element) {
  if (element.matches('form')) element.requestSubmit()
  else element.click()
}

// --- forms send once -------------------------------------------------------------------------------

document.addEventListener('submit', (event) => {
  const form = event.target
  if (form.method !== 'post' || event.defaultPrevented) return
  if (form.dataset.sent) return event.preventDefault()
  form.dataset.sent = 'true'
  const button = event.submitter ?? form.querySelector('[type="submit"]')
  form.dataset.timer = setTimeout(() => button?.setAttribute('aria-busy', 'true'), 300)
})

function ready(form) {
  clearTimeout(form.dataset.timer)
  delete form.dataset.sent
  form.querySelectorAll('[aria-busy]').forEach((button) => button.removeAttribute('aria-busy'))
}

document.addEventListener('htmx:finally:request', ({ target }) => target.matches?.('form') && ready(target))
addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach(ready))

// --- focus, menus, connection ----------------------------------------------------------------------

function takeFocus(root = document) {
  const wanted = root.querySelector?.('[data-focus]:not(.gallery *)')
  if (!wanted) return
  wanted.removeAttribute('data-focus')
  wanted.focus({ preventScroll: root !== document })
}
takeFocus()
document.addEventListener('htmx:after:swap', () => takeFocus(document.body))

document.addEventListener('click', ({ target }) => {
  for (const menu of document.querySelectorAll('details[data-menu][open]')) if (!menu.contains(target)) menu.open = false
})
document.addEventListener('keydown', ({ key }) => {
  if (key !== 'Escape') return
  const menu = document.querySelector('details[data-menu][open]')
  if (!menu) return
  menu.open = false
  menu.querySelector('summary').focus()
})

// A kept page says so whether or not the network is back (elements/offline.js).
const connection = () => document.querySelectorAll('[data-offline]').forEach((note) => { note.hidden = navigator.onLine && !document.documentElement.dataset.kept })
addEventListener('online', connection)
addEventListener('offline', connection)
connection()

// Like: the heart answers at once; the server's fragment then says what is true.
document.addEventListener('submit', ({ target }) => {
  const heart = target.matches('.like-form') && target.querySelector('[aria-pressed]')
  if (!heart) return
  const liked = heart.getAttribute('aria-pressed') !== 'true'
  heart.setAttribute('aria-pressed', String(liked))
  heart.classList.toggle('is-fresh', liked)
})
document.addEventListener('htmx:before:response', ({ detail: { ctx } }) => {
  const heart = ctx.response.status >= 400 && ctx.sourceElement.matches('.like-form') && ctx.sourceElement.querySelector('[aria-pressed]')
  if (heart) heart.setAttribute('aria-pressed', String(heart.getAttribute('aria-pressed') !== 'true'))
})
