// The service worker: messages from the house. Reading without a connection will live here too.
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
