/** This browser's push subscription: turned on by a button, told to the server again at every open. */
import { getMeta, setMeta } from '../core/database'
import { uuid7 } from '../core/ids'
import { rows, transport } from './app.svelte'

export type PushState = 'cannot' | 'denied' | 'off' | 'on'

export const canPush = (): boolean => 'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis

async function subscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.ready
  return registration.pushManager.getSubscription()
}

export async function pushState(): Promise<PushState> {
  if (!canPush()) return 'cannot'
  if (Notification.permission === 'denied') return 'denied'
  return (await subscription()) ? 'on' : 'off'
}

/** False when the browser, the person or the server said no. `key`: the server's public VAPID key. */
export async function turnOn(key: string): Promise<boolean> {
  if ((await Notification.requestPermission()) !== 'granted') return false
  const registration = await navigator.serviceWorker.ready
  const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
  return tell(made)
}

export async function turnOff(): Promise<void> {
  const found = await subscription()
  const id = await getMeta<string>(rows(), 'push')
  if (id) await transport.request('DELETE', `/api/push/${id}/`).catch(() => undefined)
  await found?.unsubscribe()
}

/** The server may have lost it, or the browser may have made a new one. */
export async function tellAgain(): Promise<void> {
  if (!canPush() || Notification.permission !== 'granted') return
  const found = await subscription()
  if (found) await tell(found)
}

async function tell(found: PushSubscription): Promise<boolean> {
  const store = rows()
  const id = (await getMeta<string>(store, 'push')) ?? uuid7()
  await setMeta(store, 'push', id)
  const { endpoint, keys } = found.toJSON()
  const answer = await transport.request('PUT', `/api/push/${id}/`, { json: { endpoint, p256dh: keys?.p256dh, auth: keys?.auth } })
  return answer.status === 200 || answer.status === 201
}
