/** What the service worker decides, apart from it so that it can be tested. */

/** Pages of the app: one shell for all of them. */
export const isShellPage = (path: string): boolean => path === '/app' || path.startsWith('/app/')

/** The build's own files; their names change with their content. */
export const isAppFile = (path: string): boolean => path.startsWith('/static/app/assets/')

/** The stores that may go: all but the one of this version and the newest before it (`names` in order of making). */
export const outdated = (names: string[], current: string): string[] => names.filter((name) => name.startsWith('shell-') && name !== current).slice(0, -1)

export interface PushText {
  title: string
  body: string
  tag: string
  path: string
}

const FALLBACK: PushText = { title: 'Lump Diary', body: 'Open the app to see what is new.', tag: 'lump-diary', path: '/app/' }

/** What to show for a push: always something; a path only when it is the app's own. */
export function pushText(data: unknown): PushText {
  const given = (typeof data === 'object' && data !== null ? data : {}) as Record<string, unknown>
  const text = (key: keyof PushText): string | null => (typeof given[key] === 'string' && given[key] ? (given[key] as string) : null)
  const path = text('path') ?? (typeof given.url === 'string' ? given.url : null)
  return {
    title: text('title') ?? FALLBACK.title,
    body: text('body') ?? FALLBACK.body,
    tag: text('tag') ?? FALLBACK.tag,
    path: path && /^\/app\/[\w\-/]*$/.test(path) ? path : FALLBACK.path,
  }
}
