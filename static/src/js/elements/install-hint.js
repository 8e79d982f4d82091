// <install-hint>: offers to put the site on the home screen; after the third visit or the seventh check-in, and not again for
// 90 days once declined. Where the browser can't ask by itself (iPhones) it says how.
const REST = 90 * 86_400_000
const VISITS = 3
const CHECKINS = 7

function number(key) { try { return Number(localStorage.getItem(key)) } catch { return 0 } }
function remember(key, value) { try { localStorage.setItem(key, value) } catch { /* a browser that keeps nothing */ } }

try {
  if (!sessionStorage.getItem('here')) {
    sessionStorage.setItem('here', '1')
    remember('visits', number('visits') + 1)
  }
} catch { /* the same */ }

class InstallHint extends HTMLElement {
  connectedCallback() {
    const isApp = matchMedia('(display-mode: standalone)').matches || navigator.standalone
    const checkins = Number(document.querySelector('[data-checkins]')?.dataset.checkins ?? 0)
    const isDue = number('visits') >= VISITS || checkins >= CHECKINS
    if (isApp || !isDue || Date.now() - number('install-declined') < REST || /MicroMessenger/i.test(navigator.userAgent)) return
    this.querySelector('[data-install-no]').addEventListener('click', () => { remember('install-declined', Date.now()); this.hidden = true })
    this.querySelector('[data-install]').addEventListener('click', () => this.ask())
    addEventListener('beforeinstallprompt', (event) => {
      event.preventDefault()
      this.offer = event
      this.show('[data-install]')
    })
    addEventListener('appinstalled', () => { this.hidden = true })
    if (navigator.standalone === false) this.show('[data-install-how]')
  }

  show(part) {
    this.querySelector(part).hidden = false
    this.hidden = false
  }

  async ask() {
    this.offer.prompt()
    const { outcome } = await this.offer.userChoice
    if (outcome !== 'accepted') remember('install-declined', Date.now())
    this.hidden = true
  }
}

customElements.define('install-hint', InstallHint)
