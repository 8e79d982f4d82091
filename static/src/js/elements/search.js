// <search-box>: suggests words while somebody types, and notes for the member what his search found.
import { csrfToken } from '../core.js'

const WAIT = 200

class SearchBox extends HTMLElement {
  connectedCallback() {
    const { suggest, note, noted } = this.dataset
    const input = this.querySelector('input[type="search"]')
    const list = this.querySelector('datalist')
    input.addEventListener('input', (event) => {
      if (event.isComposing || event.inputType === 'insertReplacementText') return
      clearTimeout(this.timer)
      this.timer = setTimeout(() => this.fill(suggest, input.value.trim(), list), WAIT)
    })
    if (note) {
      const body = new URLSearchParams({ q: noted })
      fetch(note, { method: 'POST', body, keepalive: true, headers: { 'X-CSRFToken': csrfToken() } }).catch(() => {})
    }
  }

  async fill(url, asked, list) {
    this.asking?.abort()
    if (!asked) return
    this.asking = new AbortController()
    try {
      const answer = await fetch(`${url}?q=${encodeURIComponent(asked)}`, { signal: this.asking.signal })
      if (answer.ok) list.replaceChildren(...(await answer.json()).map((word) => new Option('', word)))
    } catch {
      // Suggestions are a help: without them the search works as well.
    }
  }
}

customElements.define('search-box', SearchBox)
