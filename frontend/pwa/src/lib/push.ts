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
  return (await turnedOnHere()) && (await subscription()) ? 'on' : 'off'
}

/** The id under which this account turned this phone on; somebody else's subscription on the same phone is not ours. */
const turnedOnHere = (): Promise<string | undefined> => getMeta<string>(rows(), 'push')

/** False when the browser, the person or the server said no. `key`: the server's public VAPID key. */
export async function turnOn(key: string): Promise<boolean> {
  if ((await Notification.requestPermission()) !== 'granted') return false
  return tell(await subscribed(key))
}

export async function turnOff(): Promise<void> {
  const id = await turnedOnHere()
  if (id) await transport.request('DELETE', `/api/push/${id}/`).catch(() => undefined)
  await setMeta(rows(), 'push', undefined)
  await letGo()
}

/** Nothing more is shown on this phone, also where the server cannot be told just now: its next push finds nobody. */
export async function letGo(): Promise<void> {
  if (canPush()) await (await subscription())?.unsubscribe()
}

/** At each open: the server may have lost it or changed its key, and the browser may have let it go or made a new one. */
export async function tellAgain(): Promise<void> {
  if (!canPush() || Notification.permission !== 'granted' || !(await turnedOnHere())) return
  const answer = await transport.request('GET', '/api/push/key/')
  const key = (answer.body as { key?: string } | null)?.key
  if (key) await tell(await subscribed(key))
}

/** The browser's subscription under this key, made anew where there is none or it belongs to another key. */
async function subscribed(key: string): Promise<PushSubscription> {
  const { pushManager } = await navigator.serviceWorker.ready
  const found = await pushManager.getSubscription()
  if (found && asText(found.options.applicationServerKey) === key.replace(/=+$/, '')) return found
  await found?.unsubscribe()
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
}

/** base64url, as keys are told. */
function asText(bytes: ArrayBuffer | null): string {
  const letters = String.fromCharCode(...new Uint8Array(bytes ?? new ArrayBuffer(0)))
  return btoa(letters).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

async function tell(found: PushSubscription): Promise<boolean> {
  const store = rows()
  const id = (await getMeta<string>(store, 'push')) ?? uuid7()
  const { endpoint, keys } = found.toJSON()
  const answer = await transport.request('PUT', `/api/push/${id}/`, { json: { endpoint, p256dh: keys?.p256dh, auth: keys?.auth } })
  const taken = answer.status === 200 || answer.status === 201
  if (taken) await setMeta(store, 'push', id)
  return taken
}
