// The service worker: threads, topics, products and tickets that were visited can be read without a network; messages from the house.
// It keeps pages of one person alone (the answers say whose they are), never the console, and nothing that says no-store.
const STATIC = 'static-1'
const PHOTOS = 'photos-1'
const PAGES = 'pages-1'
const INDEX = '/offline/index' // who, and what is kept, the newest first: beside the pages
const OFFLINE = '/offline'
const MOST = { static: 80, pages: 60, photos: 240, photosOfOne: 12 }
const PATIENCE = 4000 // ms for the network, where a kept page can stand in
const READABLE = /^\/(?:p\/[\w-]+|products\/(?!out$)[^/]+|t\/[^/]+|me\/tickets\/[\w-]+)$/
const FIXED = /^\/static\/dist\/|^\/(?:theme\.css|icon\.svg)$/

self.addEventListener('install', (event) => {
  self.skipWaiting()
  event.waitUntil(keepOffline().catch(() => {}))
})

self.addEventListener('activate', (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (![STATIC, PHOTOS, PAGES].includes(name)) await caches.delete(name)
  await self.registration.navigationPreload?.enable()
  await self.clients.claim()
})()))

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (url.origin !== self.location.origin) return
  if (request.method === 'POST' && /^\/sign(?:in|out|up)/.test(url.pathname)) event.waitUntil(begin(null))
  if (request.method !== 'GET' || url.pathname.startsWith('/staff')) return
  if (request.mode === 'navigate') event.respondWith(page(event, url))
  else if (FIXED.test(url.pathname)) event.respondWith(fixed(request, url))
  else if (url.pathname.startsWith('/media/')) event.respondWith(fetch(request).catch(() => photo(url)))
})

self.addEventListener('message', (event) => {
  if (event.data?.type === 'seen') event.waitUntil(inTurn(() => seen(event.data)))
})

// --- pages -----------------------------------------------------------------------------------------

async function page(event, url) {
  const name = nameOf(url)
  const asking = ask(event, name)
  event.waitUntil(asking.catch(() => {})) // a late answer is still kept
  const kept = name && await (await caches.open(PAGES)).match(name)
  try {
    const answer = await (kept ? soonEnough(asking) : asking)
    if (kept && answer.status >= 502) throw new Error('nobody home')
    return answer
  } catch {
    return kept ? asKept(kept) : await caches.match(OFFLINE, { cacheName: STATIC }) ?? Response.error()
  }
}

async function ask(event, name) {
  const answer = await event.preloadResponse ?? await fetch(event.request)
  const whose = answer.headers.get('X-Whose')
  if (whose && whose !== (await index()).whose) await begin(whose)
  if (name && mayKeep(answer)) {
    const copy = answer.clone()
    event.waitUntil(inTurn(() => keep(name, copy)))
  }
  return answer
}

const soonEnough = (asking) => Promise.race([asking, new Promise((_, late) => { setTimeout(late, PATIENCE) })])

const mayKeep = (answer) => answer.ok && !answer.redirected && answer.type === 'basic'
  && answer.headers.get('Content-Type')?.startsWith('text/html') && !answer.headers.get('Cache-Control')?.includes('no-store')

// What a page is kept under: a page and an order of replies are pages of their own, who shared it is not. Null: not kept.
function nameOf({ pathname, searchParams }) {
  const path = pathname.replace(/\/$/, '')
  if (!READABLE.test(path)) return null
  const asked = new URLSearchParams([...searchParams].filter(([key]) => key === 'page' || key === 'order'))
  return String(asked) ? `${path}?${asked}` : path
}

async function asKept(kept) {
  const text = (await kept.text()).replace('<html ', `<html data-kept="${Number(kept.headers.get('X-Kept-At'))}" `)
  return new Response(text, { headers: kept.headers })
}

async function keep(name, answer) {
  const known = await index()
  const whose = answer.headers.get('X-Whose')
  if (whose !== known.whose) return // signed out meanwhile
  const text = await answer.text()
  const at = Date.now()
  const headers = new Headers(answer.headers)
  for (const header of ['Content-Encoding', 'Content-Length']) headers.delete(header)
  headers.set('X-Kept-At', at)
  await (await caches.open(PAGES)).put(name, new Response(text, { headers }))
  const former = known.pages.find((each) => each.name === name)
  const title = /<title>([^<]*)<\/title>/.exec(text)?.[1].replace(/ · [^·]*$/, '') ?? name
  const pages = [{ name, title, at, photos: former?.photos ?? [] }, ...known.pages.filter((each) => each !== former)]
  await write({ ...known, pages })
  if (dress(text) !== known.dress) await keepOffline().catch(() => {})
}

// --- what is kept, and whose it is -----------------------------------------------------------------

let remembered
let turn = Promise.resolve()
const inTurn = (work) => { turn = turn.then(work, work); return turn }

async function index() {
  const read = remembered ? null : await (await (await caches.open(PAGES)).match(INDEX))?.json()
  remembered ??= read ?? { whose: null, dress: '', pages: [] } // asked again after reading: somebody may have begun meanwhile
  return remembered
}

// Somebody else (or nobody): what was kept goes.
const begin = (whose) => inTurn(() => clear(whose))

async function clear(whose) {
  remembered = { whose, dress: '', pages: [] }
  await caches.delete(PAGES)
  await caches.delete(PHOTOS)
  await save(remembered)
}

async function write(known) {
  const pages = known.pages.slice(0, MOST.pages)
  const store = await caches.open(PAGES)
  for (const { name } of known.pages.slice(MOST.pages)) await store.delete(name)
  let room = MOST.photos
  const wanted = new Set()
  for (const { photos } of pages) for (const each of photos) if (wanted.has(each) || room-- > 0) wanted.add(each)
  const shelf = await caches.open(PHOTOS)
  for (const request of await shelf.keys()) if (!wanted.has(new URL(request.url).pathname)) await shelf.delete(request)
  remembered = { ...known, pages }
  await save(remembered)
}

const save = async (known) => (await caches.open(PAGES)).put(INDEX, new Response(JSON.stringify(known)))

// A page tells what it loaded: files it needs, and the sizes of its photos that this phone took. They come from the browser's own cache.
async function seen({ url, files }) {
  const name = nameOf(new URL(url))
  const paths = files.map((file) => new URL(file)).filter(({ origin }) => origin === self.location.origin)
  const store = await caches.open(STATIC)
  for (const file of paths) if (FIXED.test(file.pathname) && !await store.match(file.href)) await fixed(new Request(file), file)
  if (!name) return
  if (!(await index()).pages.some((each) => each.name === name)) {
    const answer = await fetch(name)
    const whose = answer.headers.get('X-Whose')
    if (!mayKeep(answer)) return
    if (whose !== (await index()).whose) await clear(whose)
    await keep(name, answer)
  }
  const known = await index()
  const mine = known.pages.find((each) => each.name === name)
  if (!mine) return
  const shelf = await caches.open(PHOTOS)
  const photos = new Set(mine.photos)
  for (const { pathname } of paths) {
    if (!pathname.startsWith('/media/') || !pathname.endsWith('.webp') || photos.size >= MOST.photosOfOne) continue
    try {
      if (!await shelf.match(pathname)) await shelf.add(pathname)
      photos.add(pathname)
    } catch { /* gone, or no network: the page is kept without it */ }
  }
  mine.photos = [...photos]
  await write(known)
}

// A photo that is kept, in this size or another.
async function photo({ pathname }) {
  const shelf = await caches.open(PHOTOS)
  const same = pathname.replace(/-\d+\.webp$/, '-')
  const other = (await shelf.keys()).find((request) => new URL(request.url).pathname.startsWith(same))
  return await shelf.match(pathname) ?? (other && await shelf.match(other)) ?? Response.error()
}

// --- files that never change, and the page for when there is nothing -----------------------------------

async function fixed(request, url) {
  const store = await caches.open(STATIC)
  const known = await store.match(request)
  if (known) return known
  const answer = await fetch(request)
  if (answer.ok && (url.search || url.pathname.startsWith('/static/'))) {
    await store.put(request, answer.clone())
    const all = await store.keys()
    for (const old of all.slice(0, Math.max(0, all.length - MOST.static))) if (!old.url.endsWith(OFFLINE)) await store.delete(old)
  }
  return answer
}

// Language, theme and build of a page: when they change, the page for offline is taken anew.
const dress = (text) => `${/<html lang="[^"]*" data-theme="[^"]*"/.exec(text)} ${/member-\w+\.js/.exec(text)}`

async function keepOffline() {
  const answer = await fetch(OFFLINE)
  if (!answer.ok) return
  const text = await answer.clone().text()
  const store = await caches.open(STATIC)
  await store.put(OFFLINE, answer)
  for (const [, path] of text.matchAll(/"((?:\/static\/dist\/|\/theme\.css\?|\/icon\.svg\?)[^"#]+)/g)) {
    const known = await store.match(path)
    await store.delete(path)
    await store.put(path, known ?? await fetch(path)) // the newest again
  }
  const known = await index()
  if (known.whose === null) return
  remembered = { ...known, dress: dress(text) }
  await save(remembered)
}

// --- messages --------------------------------------------------------------------------------------

self.addEventListener('push', (event) => {
  let told = {}
  try {
    told = event.data?.json() ?? {}
  } catch {
    // not from us, or cut off: say at least that there is something
  }
  event.waitUntil(self.registration.showNotification(told.title || '…', {
    body: told.body ?? '',
    tag: told.tag, // what was sent twice stands once
    icon: '/icon.svg',
    data: { url: told.url },
  }))
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const url = new URL(event.notification.data?.url ?? '/notices', self.location.origin)
  if (url.origin !== self.location.origin) return
  event.waitUntil((async () => {
    const open = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
    const same = open.find((client) => client.url === url.href)
    return same ? same.focus() : self.clients.openWindow(url.href)
  })())
})
