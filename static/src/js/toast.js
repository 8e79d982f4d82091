import { icon } from './words.js'

const FACES = { ok: 'circle-check-filled', info: 'info-circle-filled', warn: 'alert-triangle-filled', danger: 'alert-circle-filled' }
const LIFE = 6500

// Say something in the one live region. `action` = { label, act } adds a button and stays until it is used or 12 s are over.
export function toast(text, kind = 'ok', action) {
  const region = document.getElementById('toasts')
  if (!region || !text) return
  const line = document.createElement('p')
  line.className = `toast toast-${kind}${action ? ' toast-sticky' : ''}`
  const message = document.createElement('span')
  message.textContent = text
  line.append(icon(FACES[kind] ?? FACES.ok), message)
  if (action) {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'btn'
    button.textContent = action.label
    button.addEventListener('click', () => { line.remove(); action.act() })
    line.append(button)
  }
  while (region.children.length > 2) region.firstElementChild.remove()
  region.append(line)
  forget(line, action ? LIFE * 2 : LIFE)
}

function forget(line, life) {
  let timer = setTimeout(() => line.remove(), life)
  line.addEventListener('pointerenter', () => clearTimeout(timer))
  line.addEventListener('pointerleave', () => { timer = setTimeout(() => line.remove(), 2000) })
}

document.querySelectorAll('[data-toast]').forEach((line) => forget(line, LIFE))
