import './core.js'
import './elements/text.js'
import './elements/surface.js'
import './elements/photo-picker.js'
import './elements/avatar-crop.js'
import './elements/chart-hover.js'
import './elements/desk-keys.js'
import './elements/item-preview.js'

// "/" goes to the search field, unless somebody is typing.
document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.isComposing || event.target.closest('input, textarea, select, [contenteditable]')) return
  const field = document.querySelector('[role="search"] input')
  if (!field) return
  event.preventDefault()
  field.focus()
})

// Pages that are meant for paper offer to print themselves where scripts run.
for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false
  button.addEventListener('click', () => window.print())
}
