/** The service worker seen from the page: ready to work offline, a new version that waits, a push that was tapped. */
import { t } from '../words'
import { app, say } from './app.svelte'
import { go } from './router.svelte'

export async function startWorker(): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  navigator.serviceWorker.addEventListener('message', (event: MessageEvent<{ open?: string }>) => {
    const path = event.data?.open
    if (path?.startsWith('/app/')) go(path.slice('/app'.length))
  })
  const first = !navigator.serviceWorker.controller
  try {
    const registration = await navigator.serviceWorker.register('/sw.js', { scope: '/app/' })
    if (registration.waiting) offer(registration.waiting)
    registration.addEventListener('updatefound', () => {
      const worker = registration.installing
      worker?.addEventListener('statechange', () => {
        if (worker.state !== 'installed') return
        if (navigator.serviceWorker.controller) offer(worker)
        else if (first) say(t('app.offline_ready'))
      })
    })
    document.addEventListener('visibilitychange', () => void (document.visibilityState === 'visible' && registration.update().catch(() => undefined)))
  } catch {
    // Without a worker the app still works while there is a signal, and what is logged is kept all the same.
  }
}

/** Reloads only when asked: somebody may be in the middle of an entry. */
function offer(worker: ServiceWorker): void {
  app.newVersion = () => {
    navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
    worker.postMessage('take over')
  }
}
