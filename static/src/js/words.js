// The few words scripts say, translated by the server: <template id="words" data-retry="…">.
export const words = document.getElementById('words')?.dataset ?? {}

export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  svg.setAttribute('class', 'i')
  svg.setAttribute('aria-hidden', 'true')
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use')
  use.setAttribute('href', `${words.sprite ?? ''}#${name}`)
  svg.append(use)
  return svg
}
