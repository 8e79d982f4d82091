// What was posted need not be kept on the phone any longer: the server says its key in a cookie.
const PREFIX = 'draft:'

export const draftKey = (owner, place) => `${PREFIX}${owner}:${place}`

export function kept(key) {
  try { return JSON.parse(localStorage.getItem(key)) } catch { return null }
}

const found = document.cookie.match(/(?:^|; )posted=([\w-]+)/)
if (found) {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX) && kept(key)?.key === found[1]) localStorage.removeItem(key)
  } catch { /* a browser that keeps nothing */ }
  document.cookie = 'posted=; Max-Age=0; Path=/; SameSite=Lax'
}
