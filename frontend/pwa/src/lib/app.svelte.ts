/** The app's own state: whose phone, what waits, what to say. Screens read rows through `live`. */
import { askWho, csrfCookie, forgetAccount, lastAccount, leavingIsTold, leavingIsUntold, remember, rememberLeaving } from '../core/account'
import { forget, getMeta, setMeta, Store } from '../core/database'
import { waitingIn } from '../core/outbox'
import type { Sync, SyncStatus } from '../core/sync'
import { OtherAccount, type Transport, Unreachable, webTransport } from '../core/transport'
import type { Me, Region, Unit } from '../core/types'

export type Phase = 'starting' | 'in' | 'out' | 'unsure'
export interface Settings {
  units: Unit
  region: Region
  /** The person of the switcher; null: all. */
  person: string | null
}

interface Toast {
  text: string
  action?: { label: string; run: () => void }
}

export const app = $state({
  phase: 'starting' as Phase,
  email: '',
  settings: { units: 'mm', region: 'generic', person: null } as Settings,
  status: { waiting: waitingIn([]), busy: false, signedOut: false, reachable: null } as SyncStatus,
  /** Goes up when rows changed. */
  changes: 0,
  toast: null as Toast | null,
  /** A new version waits; this makes it take over. */
  newVersion: null as (() => void) | null,
  persisted: null as boolean | null,
})

let store: Store | null = null
let sync: Sync | null = null
let csrf = ''
let cookie = csrfCookie()
let checking: Promise<boolean> | null = null
const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('lump-diary') : null

export const transport: Transport = webTransport(knownCsrf, () => csrfCookie() === cookie)

/** The rows are on the screen before the server has said who is signed in; a write made that early waits for its word. */
async function knownCsrf(): Promise<string> {
  if (csrf) return csrf
  const same = await checkWho()
  if (!csrf) throw new Unreachable('the server has not said who is signed in')
  if (!same) throw new OtherAccount()
  return csrf
}

/** The signed-in account's rows. Only called while `app.phase` is "in". */
export function rows(): Store {
  if (!store) throw new Error('nobody is signed in')
  return store
}

/** Tells every tab that rows changed. */
export function changed(): void {
  app.changes += 1
  channel?.postMessage('changed')
}
channel?.addEventListener('message', () => (app.changes += 1))

/** After a save: the queue is counted at once and sent when it can be. */
export function sendSoon(): void {
  changed()
  void sync?.recount()
  void sync?.run()
}

export const pullNow = (): Promise<void> | undefined => sync?.run(true)

export async function start(): Promise<void> {
  const last = lastAccount()
  if (last.certain) await enter({ ...last.me, csrf: '' })
  await checkWho()
  window.addEventListener('focus', () => void (app.phase !== 'in' && checkWho()))
}

/** Asks who is signed in and shows that account's rows, nobody else's. Resolves true when it is the one shown before. */
export function checkWho(): Promise<boolean> {
  checking ??= whoIsThere().finally(() => (checking = null))
  return checking
}

async function whoIsThere(): Promise<boolean> {
  const before = store?.account ?? null
  let who = await askWho()
  if (who.kind === 'me' && leavingIsUntold()) {
    if (!(await tellLeaving(who.me.csrf))) return false
    who = { kind: 'signed_out' }
  }
  if (who.kind === 'me') {
    csrf = who.me.csrf
    cookie = csrfCookie()
    remember(who.me, cookie)
    app.status.signedOut = false
    if (before !== who.me.id) await enter(who.me)
    if (before !== who.me.id || !sync) {
      await startSync()
      pushAgain()
    }
    await adoptSettings(who.me).catch(() => undefined)
    return before === who.me.id
  }
  if (who.kind === 'signed_out') {
    if (before) app.status.signedOut = true
    else app.phase = 'out'
  } else if (!before) app.phase = 'unsure'
  if (before && !sync) await startSync()
  return false
}

/** Where this browser may show notifications, the server is told its address at each open; it may have lost it. */
function pushAgain(): void {
  if (!('Notification' in globalThis) || Notification.permission !== 'granted') return
  void import('./push').then(({ tellAgain }) => tellAgain()).catch(() => undefined)
}

async function enter(me: Me): Promise<void> {
  sync?.stop()
  sync = null
  store?.close()
  store = new Store(me.id)
  app.email = me.email
  const kept = await getMeta<Partial<Settings>>(store, 'settings').catch(() => undefined)
  app.settings = { units: me.units ?? 'mm', region: me.region ?? 'generic', person: null, ...kept }
  app.phase = 'in'
  app.changes += 1
}

/** The sender is fetched after the screen is there: nobody waits for it to type. */
async function startSync(): Promise<void> {
  const account = rows().account
  const loaded = await import('./afterwards').catch(() => null)
  if (store?.account !== account) return
  if (!loaded) return void setTimeout(() => void (store && !sync && startSync()), 15_000)
  sync?.stop()
  loaded.keepPlace()
  loaded.tellKeptBack()
  sync = new loaded.Sync(rows(), transport, {
    changed: () => {
      changed()
      loaded.tellKeptBack()
    },
    known: () => csrf !== '',
    status: (status) => (app.status = { ...status, signedOut: status.signedOut || app.status.signedOut }),
    renew: checkWho,
  })
  sync.start()
}

/** Keeps settings on the phone, and tells the server of those it shares; what it did not hear is told at the next start. */
export async function keepSettings(news: Partial<Settings>): Promise<void> {
  app.settings = { ...app.settings, ...news }
  const { person: _, ...shared } = news
  if (Object.keys(shared).length) await setMeta(rows(), 'settings_untold', shared)
  await setMeta(rows(), 'settings', { ...app.settings })
  if (Object.keys(shared).length) await tellSettings()
}

async function tellSettings(): Promise<void> {
  const untold = await getMeta<Partial<Settings>>(rows(), 'settings_untold')
  if (!untold) return
  const answer = await transport.request('PATCH', '/api/me/', { json: untold }).catch(() => null)
  if (answer && answer.status < 500 && answer.status !== 401 && answer.status !== 403) await setMeta(rows(), 'settings_untold', undefined)
}

/** The server's settings hold, but for what this phone could not tell it yet. */
async function adoptSettings(me: Me): Promise<void> {
  if (await getMeta(rows(), 'settings_untold')) return tellSettings()
  app.settings = { ...app.settings, units: me.units, region: me.region }
  await setMeta(rows(), 'settings', { ...app.settings })
}

/** Leaves nothing on the phone but what the server does not have yet; that waits for the same account. */
export async function signOut(): Promise<void> {
  const leaving = rows()
  const token = csrf
  sync?.stop()
  rememberLeaving()
  forgetAccount()
  app.phase = 'out'
  void import('./push').then(({ letGo }) => letGo()).catch(() => undefined)
  const unsent = (await (await leaving.db()).count('outbox')) > 0
  leaving.close()
  store = sync = null
  csrf = ''
  if (!unsent) await forget(leaving.account)
  await tellLeaving(token)
}

/** Ends the session on the server; what it could not hear now, it is told before anybody's rows are shown again. */
async function tellLeaving(token: string): Promise<boolean> {
  const headers = { 'X-CSRFToken': token }
  await fetch('/accounts/logout/', { method: 'POST', headers, redirect: 'manual', signal: AbortSignal.timeout(10_000) }).catch(() => null)
  if ((await askWho()).kind !== 'signed_out') return false
  leavingIsTold()
  return true
}

export function say(text: string, action?: Toast['action']): void {
  app.toast = { text, action }
}
