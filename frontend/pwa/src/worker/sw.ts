/**
 * The service worker: keeps the shell so that the app opens without a signal, and shows pushes. It answers GETs of the
 * shell and nothing else: the diary's own requests never pass through it, since a worker that re-issues an upload can
 * send an empty body. A new version waits until the person asks for it.
 */
import { isAppFile, isShellPage, outdated, pushText, type PushText } from './rules'

declare const self: ServiceWorkerGlobalScope

const VERSION = '__VERSION__'
const SHELL = '__SHELL__' as unknown as string[]
const CACHE = `shell-${VERSION}`

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll(SHELL.map((path) => new Request(path, { cache: 'reload', credentials: 'same-origin' })))),
  )
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches.keys().then((names) => Promise.all(outdated(names, CACHE).map((name) => caches.delete(name)))),
  )
})

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url)
  if (event.request.method !== 'GET' || url.origin !== self.location.origin) return
  const path = event.request.mode === 'navigate' && isShellPage(url.pathname) ? '/app/' : url.pathname
  if (SHELL.includes(path)) event.respondWith(caches.match(path, { cacheName: CACHE, ignoreVary: true }).then((kept) => kept ?? fetch(event.request)))
  // A tab that still runs the version before this one asks for that one's files, which the server may have no more.
  else if (isAppFile(path)) event.respondWith(caches.match(path, { ignoreVary: true }).then((kept) => kept ?? fetch(event.request)))
})

self.addEventListener('message', (event) => {
  if (event.data === 'take over') void self.skipWaiting()
})

self.addEventListener('push', (event) => {
  // iOS ends a subscription after pushes that show nothing, so something is shown whatever arrived.
  let text: PushText
  try {
    text = pushText(event.data?.json())
  } catch {
    text = pushText(null)
  }
  event.waitUntil(
    self.registration.showNotification(text.title, { body: text.body, tag: text.tag, data: { path: text.path }, icon: '/static/icons/app-192.png' }),
  )
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const path = String((event.notification.data as { path?: string } | null)?.path ?? '/app/')
  event.waitUntil(
    self.clients.matchAll({ type: 'window' }).then(async (windows) => {
      const open = windows.find((client) => new URL(client.url).pathname.startsWith('/app/'))
      if (!open) return self.clients.openWindow(path)
      // Not navigated from here: a half-filled form would be lost. The app goes there itself.
      open.postMessage({ open: path })
      return open.focus()
    }),
  )
})
