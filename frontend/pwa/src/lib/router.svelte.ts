/** Which screen: the path under /app/, kept by the browser's own history. */

const BASE = '/app'

export const route = $state({ path: here(), query: new URLSearchParams(location.search) })

function here(): string {
  const path = location.pathname.startsWith(BASE) ? location.pathname.slice(BASE.length) : '/'
  return path.replace(/\/+$/, '') || '/'
}

function read(): void {
  route.path = here()
  route.query = new URLSearchParams(location.search)
}

window.addEventListener('popstate', read)

export const href = (path: string): string => BASE + (path === '/' ? '/' : path)

export function go(path: string, replace = false): void {
  history[replace ? 'replaceState' : 'pushState']({ inside: true }, '', href(path))
  read()
  scrollTo(0, 0)
}

/** Back where one came from; home when the app was opened on this very screen. */
export function back(fallback = '/'): void {
  if ((history.state as { inside?: boolean } | null)?.inside) history.back()
  else go(fallback, true)
}

/** Turns clicks on our own links into steps of the router; new tabs and downloads stay the browser's. */
function followLinks(event: MouseEvent): void {
  const link = (event.target as Element | null)?.closest('a')
  if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return
  if (link.target || link.hasAttribute('download') || link.origin !== location.origin) return
  if (link.pathname !== BASE && !link.pathname.startsWith(`${BASE}/`)) return
  event.preventDefault()
  go(link.pathname.slice(BASE.length) + link.search || '/')
}

document.addEventListener('click', followLinks)

/** `match('/lumps/:id/log', path)` gives the named parts, or null. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const want = pattern.split('/')
  const have = path.split('/')
  if (want.length !== have.length) return null
  const found: Record<string, string> = {}
  for (const [index, part] of want.entries()) {
    if (part.startsWith(':')) found[part.slice(1)] = decodeURIComponent(have[index]!)
    else if (part !== have[index]) return null
  }
  return found
}
