/** What the app fetches by itself once a screen is there: nobody waits for it to type. */
export { Sync } from '../core/sync'
export { keepPlace } from './place'

/** A photo kept back without a signal: the server hears of it as soon as it can (lib/privacy). */
export function tellKeptBack(): void {
  if (localStorage.getItem('lump-diary-untold')) void import('./privacy').then(({ tellPrivacy }) => tellPrivacy()).catch(() => undefined)
}
