// <push-switch>: messages on this device. Shown only where the browser can do it; it asks after a tap, never by itself.
import { csrfToken } from '../core.js'
import { toast } from '../toast.js'
import { words } from '../words.js'

const can = 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window && !/MicroMessenger/i.test(navigator.userAgent)

class PushSwitch extends HTMLElement {
  async connectedCallback() {
    if (!can) return
    const once = 'once' in this.dataset
    if (once && Notification.permission !== 'default') return
    this.addEventListener('click', ({ target }) => {
      if (target.closest('[data-push-on]')) this.turnOn()
      else if (target.closest('[data-push-off]')) this.turnOff()
    })
    const registration = await navigator.serviceWorker.getRegistration('/')
    this.show(await registration?.pushManager.getSubscription())
    this.hidden = false
  }

  show(subscription) {
    for (const part of this.querySelectorAll('[data-push-on-only]')) part.hidden = !subscription
    for (const part of this.querySelectorAll('[data-push-off-only]')) part.hidden = Boolean(subscription)
  }

  async turnOn() {
    try {
      if (await Notification.requestPermission() !== 'granted') return toast(this.dataset.denied, 'warn')
      await navigator.serviceWorker.register('/sw.js')
      const { pushManager } = await navigator.serviceWorker.ready
      const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(this.dataset.key) })
      if (!await this.tell(this.dataset.onUrl, subscription)) return await subscription.unsubscribe()
      toast(this.dataset.done)
      if ('once' in this.dataset) this.remove()
      else this.show(subscription)
    } catch {
      toast(words.failed, 'warn')
    }
  }

  async turnOff() {
    const registration = await navigator.serviceWorker.getRegistration('/')
    const subscription = await registration?.pushManager.getSubscription()
    if (!subscription || !await this.tell(this.dataset.offUrl, subscription)) return
    await subscription.unsubscribe()
    this.show(null)
  }

  async tell(url, subscription) {
    const headers = { 'Content-Type': 'application/json', 'X-CSRFToken': csrfToken() }
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(subscription) })
    if (!answer.ok) toast(words.failed, 'warn')
    return answer.ok
  }
}

function bytes(base64url) {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

customElements.define('push-switch', PushSwitch)
