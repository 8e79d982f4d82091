// Single keys of the desk: each presses a button that shows it. Never while somebody types; they can be switched off.
const root = document.documentElement
const TYPING = 'input:not([type="radio"]):not([type="checkbox"]), textarea, select, [contenteditable], dialog[open]'
const isOff = () => { try { return localStorage.getItem('keys') === 'off' } catch { return false } }
const show = () => { root.dataset.keys = isOff() ? 'off' : 'on' }
show()

for (const box of document.querySelectorAll('[data-keys-switch]')) {
  box.checked = !isOff()
  box.addEventListener('change', () => {
    try { localStorage.setItem('keys', box.checked ? 'on' : 'off') } catch { /* a browser that keeps nothing */ }
    show()
  })
}

function step(by) {
  const rows = [...document.querySelectorAll('[data-rows] a')]
  const at = rows.findIndex((row) => row === document.activeElement)
  const from = at < 0 ? rows.findIndex((row) => row.hasAttribute('aria-current')) : at
  const row = rows[from < 0 ? 0 : Math.min(Math.max(from + by, 0), rows.length - 1)]
  row?.focus()
}

document.addEventListener('keydown', (event) => {
  const { key, target } = event
  if (isOff() || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || target.closest?.(TYPING)) return
  if (key === '?') document.querySelector('[data-sheet="keys"]')?.click()
  else if (key === 'j' || key === 'k') step(key === 'j' ? 1 : -1)
  else if (/^[a-z1-9]$/.test(key)) {
    const button = [...document.querySelectorAll(`[data-key="${key}"]`)].find((each) => each.offsetParent)
    if (!button) return
    button.focus()
    button.click()
  } else return
  event.preventDefault()
})
