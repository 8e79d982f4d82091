// Things that happen on the surface: theme, sheets, sharing, confetti, photo rows, the large picture.
import { csrfToken } from '../core.js'
import { toast } from '../toast.js'
import { words } from '../words.js'

class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    this.addEventListener('submit', async (event) => {
      event.preventDefault()
      event.stopPropagation()
      const button = event.submitter
      const body = new URLSearchParams(new FormData(event.target))
      body.set(button.name, button.value)
      document.documentElement.dataset.theme = button.value
      for (const other of document.querySelectorAll('theme-switch button[name="theme"]')) other.setAttribute('aria-pressed', String(other.value === button.value))
      try {
        await fetch(event.target.action, { method: 'POST', body, headers: { 'X-CSRFToken': csrfToken(), 'HX-Request': 'true' }, redirect: 'manual' })
      } catch {
        toast(words.network, 'warn')
      }
    })
  }
}

// <app-sheet> wraps a <dialog class="sheet" id="…">; <a href="/the/page" data-sheet="…"> opens it where scripts run.
class AppSheet extends HTMLElement {
  connectedCallback() {
    const dialog = this.querySelector('dialog')
    dialog?.addEventListener('click', ({ target, clientX, clientY }) => {
      const box = dialog.getBoundingClientRect()
      const outside = clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom
      if ((target === dialog && outside) || target.closest('[data-close]')) dialog.close()
    })
  }
}
document.addEventListener('click', (event) => {
  const opener = event.target.closest('[data-sheet]')
  const dialog = opener && document.getElementById(opener.dataset.sheet)
  if (!dialog?.showModal || event.metaKey || event.ctrlKey) return
  event.preventDefault()
  dialog.showModal()
})

class ShareLink extends HTMLElement {
  connectedCallback() {
    const link = this.querySelector('a')
    link?.addEventListener('click', async (event) => {
      event.preventDefault()
      const what = { title: this.dataset.title, url: link.href }
      if (navigator.share && matchMedia('(pointer: coarse)').matches) return navigator.share(what).catch(() => {})
      try {
        await navigator.clipboard.writeText(link.href)
        toast(words.copied)
      } catch {
        location.href = link.href
      }
    })
  }
}

// <copy-text data-done="…"> holds a [data-text] and a hidden [data-copy]; without scripts one selects the text.
class CopyText extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector('[data-copy]')
    if (!button || !navigator.clipboard) return
    button.hidden = false
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(this.querySelector('[data-text]').textContent)
        toast(this.dataset.done)
      } catch {
        getSelection().selectAllChildren(this.querySelector('[data-text]'))
      }
    })
  }
}

class BurstConfetti extends HTMLElement {
  connectedCallback() {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return
    for (let n = 0; n < 26; n++) {
      const bit = document.createElement('i')
      const angle = (n / 26) * Math.PI * 2 + Math.random() * 0.3
      const reach = 50 + Math.random() * 110
      bit.style.setProperty('--x', `${Math.cos(angle) * reach * 1.6 + 60}px`)
      bit.style.setProperty('--y', `${Math.sin(angle) * reach - 20}px`)
      bit.style.setProperty('--turn', `${Math.random() * 720 - 360}deg`)
      bit.style.animationDelay = `${Math.random() * 80}ms`
      this.append(bit)
    }
    setTimeout(() => this.remove(), 1400)
  }
}

class PhotoRow extends HTMLElement {
  connectedCallback() {
    this.strip = this.querySelector('.photo-strip')
    this.position = this.querySelector('[data-pos]')
    if (!this.position) return
    this.dots = this.querySelectorAll('.photo-dots i')
    this.watch = new IntersectionObserver((entries) => {
      const shown = entries.find(({ isIntersecting }) => isIntersecting)
      if (shown) this.show([...this.strip.children].indexOf(shown.target))
    }, { root: this.strip, threshold: 0.6 })
    for (const photo of this.strip.children) this.watch.observe(photo)
    this.strip.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
      if (!step) return
      event.preventDefault()
      this.strip.children[Math.min(Math.max(this.at + step, 0), this.strip.children.length - 1)].scrollIntoView({ inline: 'center', block: 'nearest', behavior: 'smooth' })
    })
  }

  disconnectedCallback() { this.watch?.disconnect() }

  show(index) {
    this.at = index
    this.position.textContent = index + 1
    this.dots.forEach((dot, n) => dot.classList.toggle('is-on', n === index))
  }
}

function styled(href) {
  if (document.querySelector(`link[href="${href}"]`)) return null
  const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href })
  document.head.append(link)
  return new Promise((resolve, reject) => { link.onload = resolve; link.onerror = reject })
}

// Says that a page was seen and how far: once when it is looked at, once more when it is left.
class ReadMark extends HTMLElement {
  connectedCallback() {
    this.floor = 0
    this.told = -1
    this.eye = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting) this.floor = Math.max(this.floor, Number(target.id.slice(2)))
    })
    for (const reply of document.querySelectorAll('.reply[id^="f-"]')) this.eye.observe(reply)
    this.leave = () => document.visibilityState === 'hidden' && this.tell()
    document.addEventListener('visibilitychange', this.leave)
    this.timer = setTimeout(() => this.tell(), 2000)
  }

  disconnectedCallback() {
    this.eye.disconnect()
    clearTimeout(this.timer)
    document.removeEventListener('visibilitychange', this.leave)
  }

  tell() {
    if (this.told === this.floor) return
    this.told = this.floor
    const body = new FormData()
    body.set('floor', this.floor)
    body.set('from', new URLSearchParams(location.search).get('from') ?? '')
    navigator.sendBeacon(this.dataset.url, body)
  }
}

// Notices about what a page shows are read as soon as somebody looks at it.
class SeenMark extends HTMLElement {
  connectedCallback() {
    this.look = () => document.visibilityState === 'visible' && this.tell()
    document.addEventListener('visibilitychange', this.look)
    this.timer = setTimeout(this.look, 1000)
  }

  disconnectedCallback() {
    clearTimeout(this.timer)
    document.removeEventListener('visibilitychange', this.look)
  }

  tell() {
    this.disconnectedCallback()
    const body = new URLSearchParams(this.dataset.about.split(' ').map((each) => ['about', each]))
    fetch(this.dataset.url, { method: 'POST', body, keepalive: true, headers: { 'X-CSRFToken': csrfToken() } }).catch(() => {})
  }
}

// The large picture: photoswipe comes with the first tap; without it the link opens the file.
document.addEventListener('click', async (event) => {
  const link = event.target.closest('[data-gallery] a[data-pswp-width]')
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return
  event.preventDefault()
  const links = [...link.closest('[data-gallery]').querySelectorAll('a[data-pswp-width]')] // a product's dot is a link, too
  try {
    const [{ default: PhotoSwipe }] = await Promise.all([import('photoswipe'), styled(words.lightbox)])
    const shown = new PhotoSwipe({
      dataSource: links.map((a) => ({ src: a.href, width: Number(a.dataset.pswpWidth), height: Number(a.dataset.pswpHeight), msrc: a.querySelector('img')?.currentSrc, alt: a.querySelector('img')?.alt, element: a })),
      index: links.indexOf(link),
      bgOpacity: 0.94,
      showHideAnimationType: 'zoom',
      closeTitle: words.close, zoomTitle: words.zoom, arrowPrevTitle: words.previous, arrowNextTitle: words.next,
    })
    // Back closes the picture, not the page: it has a step of its own in the history.
    const back = () => shown.close()
    history.pushState({ picture: true }, '')
    addEventListener('popstate', back, { once: true })
    shown.on('close', () => {
      removeEventListener('popstate', back)
      if (history.state?.picture) history.back()
    })
    shown.init()
  } catch {
    location.href = link.href
  }
})

customElements.define('theme-switch', ThemeSwitch)
customElements.define('app-sheet', AppSheet)
customElements.define('share-link', ShareLink)
customElements.define('copy-text', CopyText)
customElements.define('burst-confetti', BurstConfetti)
customElements.define('photo-row', PhotoRow)
customElements.define('read-mark', ReadMark)
customElements.define('seen-mark', SeenMark)
