/** When to send and to pull: on save, open, focus, "online", and by a timer while the app is open. One tab at a time. */
import type { Store } from './database'
import { dueAt, pauseAfter, type Waiting, waitingIn } from './outbox'
import { pullAll } from './pull'
import { retryAllRefused, type Round, sendAll } from './send'
import { OtherAccount, type Transport, Unreachable } from './transport'

const TIMER_MS = 15_000
const SHORTEST_PAUSE_MS = 500
const COUNT_EVERY_MS = 500
const PULL_EVERY_MS = 5 * 60_000

export interface SyncStatus {
  waiting: Waiting
  busy: boolean
  signedOut: boolean
  /** null until the first try. */
  reachable: boolean | null
}

export interface SyncHooks {
  /** Rows changed: read them again. */
  changed(): void
  status(status: SyncStatus): void
  /** False until the server has told who is signed in, in this run of the app. */
  known(): boolean
  /** The token is no longer good: find out who is signed in. Resolves true when it is still this account. */
  renew(): Promise<boolean>
}

export class Sync {
  private status: SyncStatus = { waiting: waitingIn([]), busy: false, signedOut: false, reachable: null }
  private again = false
  private pullToo = false
  private running: Promise<void> | null = null
  private pulledAt = 0
  private stopped = false
  private wake = 0
  private missed = 0
  private readonly stops: (() => void)[] = []

  constructor(private readonly store: Store, private readonly transport: Transport, private readonly hooks: SyncHooks) {}

  start(): void {
    const soon = (): void => void this.run()
    const visible = (): void => void (document.visibilityState === 'visible' && this.run(true))
    // "online" is only a hint to try at once: it may be wrong both ways, and the timer does not ask it.
    window.addEventListener('online', soon)
    window.addEventListener('focus', soon)
    document.addEventListener('visibilitychange', visible)
    const timer = window.setInterval(soon, TIMER_MS)
    this.stops.push(
      () => window.removeEventListener('online', soon),
      () => window.removeEventListener('focus', soon),
      () => document.removeEventListener('visibilitychange', visible),
      () => window.clearInterval(timer),
    )
    void retryAllRefused(this.store).catch(() => undefined).then(() => this.run(true))
  }

  stop(): void {
    this.stopped = true
    clearTimeout(this.wake)
    for (const stop of this.stops) stop()
  }

  /** Counts what waits, without sending. */
  async recount(): Promise<void> {
    const db = await this.store.db()
    this.tell({ waiting: waitingIn(await db.getAll('outbox')) })
  }

  /** One round; while one runs, a second call makes it go round once more, and ends with it. A pull asked for is not lost. */
  run(pull = false): Promise<void> {
    if (this.stopped) return Promise.resolve()
    this.pullToo ||= pull
    if (this.running) {
      this.again = true
      return this.running
    }
    this.running = this.rounds().finally(() => (this.running = null))
    return this.running
  }

  private async rounds(): Promise<void> {
    clearTimeout(this.wake)
    this.tell({ busy: true })
    try {
      do {
        this.again = false
        const pull = this.pullToo
        this.pullToo = false
        await this.alone(() => this.round(pull))
      } while (this.again && !this.stopped)
    } catch (error) {
      if (!(error instanceof Unreachable)) console.error(error)
    } finally {
      this.tell({ busy: false })
      await this.recount().catch(() => undefined)
      await this.comeBack().catch(() => undefined)
    }
  }

  /** Goes round again when something is due; while nobody answers, in growing pauses. The timer stands behind this. */
  private async comeBack(): Promise<void> {
    const db = await this.store.db()
    const due = dueAt(await db.getAll('outbox'))
    if (due === null || this.stopped) return
    const pause = this.missed ? pauseAfter(this.missed) : Math.max(due - Date.now(), 0)
    if (pause >= TIMER_MS) return
    clearTimeout(this.wake)
    this.wake = window.setTimeout(() => void this.run(), Math.max(pause, SHORTEST_PAUSE_MS))
  }

  /** Two tabs do not both send. Without Web Locks both may: the same id twice is one entry. */
  private async alone(work: () => Promise<void>): Promise<void> {
    if (!('locks' in navigator)) return work()
    await navigator.locks.request(`lump-diary-send-${this.store.account}`, { ifAvailable: true }, (lock) => {
      if (lock) return work()
      this.missed = 3 // Another tab is at it: look again in a few seconds.
    })
  }

  private async round(pull: boolean): Promise<void> {
    if ((this.status.signedOut || !this.hooks.known()) && !(await this.hooks.renew())) return this.heard('unreachable')
    this.tell({ signedOut: false })
    let news = false
    let counted = 0
    const one = (): void => {
      news = true
      // A long queue is not counted anew for every row of it.
      if (Date.now() - counted < COUNT_EVERY_MS) return
      counted = Date.now()
      void this.recount().catch(() => undefined)
    }
    let sent = await sendAll(this.store, this.transport, one)
    if (sent === 'wrong_token') {
      if (!(await this.hooks.renew())) return this.heard('unreachable')
      sent = await sendAll(this.store, this.transport, one)
    }
    this.heard(sent)
    if (news) this.hooks.changed()
    if (sent === 'signed_out' || sent === 'unreachable' || sent === 'wrong_token') return
    // What was sent may have brought advice with it.
    if (!pull && !news && Date.now() - this.pulledAt < PULL_EVERY_MS) return
    try {
      if (await pullAll(this.store, this.transport)) {
        this.pulledAt = Date.now()
        this.tell({ reachable: true })
      }
    } catch (error) {
      if (error instanceof OtherAccount) return void (await this.hooks.renew())
      if (!(error instanceof Unreachable)) throw error
      this.tell({ reachable: false })
    }
    this.hooks.changed()
  }

  private heard(round: Round): void {
    this.missed = round === 'empty' || round === 'waiting' ? 0 : this.missed + 1
    if (round === 'unreachable') this.tell({ reachable: false })
    if (round === 'signed_out') this.tell({ signedOut: true, reachable: true })
  }

  private tell(news: Partial<SyncStatus>): void {
    this.status = { ...this.status, ...news }
    this.hooks.status(this.status)
  }
}
