// Choose a video: it goes up by itself with its progress; the form waits for it. Without this the file travels with the form.
import { csrfToken } from '../core.js'
import { toast } from '../toast.js'

class VideoPicker extends HTMLElement {
  connectedCallback() {
    if (this.input) return
    this.input = this.querySelector('input[type="file"]')
    if (!this.input) return
    this.taken = this.querySelector('[data-taken]')
    this.field = this.taken.querySelector('input')
    this.going = this.querySelector('[data-going]')
    this.bar = this.going.querySelector('progress')
    this.adder = this.querySelector('[data-add]')
    this.input.removeAttribute('name')
    this.adder.hidden = !this.taken.hidden
    this.input.addEventListener('change', () => { const [file] = this.input.files; this.input.value = ''; if (file) this.send(file) })
    this.querySelector('[data-remove]').addEventListener('click', this.remove_)
    this.querySelector('[data-stop]').addEventListener('click', () => { this.request?.abort(); this.rest() })
    this.input.form?.addEventListener('submit', this.hold, true)
  }

  send(file) {
    this.tell('')
    if (file.size > Number(this.dataset.maxMb) * 1024 * 1024) return this.tell(this.dataset.tooBig)
    const request = new XMLHttpRequest()
    const body = new FormData()
    body.append('video', file)
    request.open('POST', this.dataset.uploadUrl)
    request.setRequestHeader('X-CSRFToken', csrfToken())
    request.setRequestHeader('Accept', 'application/json')
    request.responseType = 'json'
    request.upload.onprogress = ({ loaded, total }) => { this.bar.value = (loaded / total) * 100 }
    request.upload.onload = () => { this.bar.removeAttribute('value'); this.say(this.dataset.checking) }
    request.onload = () => (request.status < 300 && request.response?.id ? this.done(request.response) : this.fail(request.response?.error?.message ?? this.dataset.broken))
    request.onerror = () => this.fail(this.dataset.unreachable)
    this.request = request
    this.bar.value = 0
    this.going.hidden = false
    this.adder.hidden = true
    request.send(body)
  }

  done({ id, poster, length }) {
    this.field.value = id
    this.field.disabled = false
    this.taken.querySelector('[data-poster]').src = poster
    this.taken.querySelector('[data-length]').textContent = length
    this.taken.hidden = false
    this.rest()
    this.field.dispatchEvent(new Event('input', { bubbles: true })) // the desk keeps it in the draft
    if (this.held) { const { submitter } = this.held; this.held = null; this.input.form.requestSubmit(submitter) }
  }

  fail(message) {
    this.held = null
    this.rest()
    this.tell(message)
  }

  rest() {
    this.request = null
    this.going.hidden = true
    this.adder.hidden = !this.taken.hidden
    this.say('')
  }

  tell(message) {
    const error = this.querySelector('[data-error]')
    error.hidden = !message
    error.querySelector('span').textContent = message
    this.classList.toggle('is-bad', Boolean(message))
  }

  say(message) { this.querySelector('[data-say]').textContent = message }

  remove_ = (event) => {
    event.preventDefault()
    this.field.value = ''
    this.field.disabled = true
    this.taken.hidden = true
    this.rest()
    this.input.focus()
    this.input.dispatchEvent(new Event('input', { bubbles: true }))
  }

  // A form sent while the video is on its way goes out when it has arrived.
  hold = (event) => {
    if (!this.request) return
    event.preventDefault()
    event.stopImmediatePropagation()
    this.held = event
    toast(this.dataset.busy, 'info')
  }
}

customElements.define('video-picker', VideoPicker)
