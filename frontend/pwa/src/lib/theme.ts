/** Light, dark, or as the phone has it. Kept for the phone, not the account: it is about these eyes and this screen. */
export type Theme = 'auto' | 'light' | 'dark'
const KEY = 'lump-diary-theme'

export function theme(): Theme {
  const kept = localStorage.getItem(KEY)
  return kept === 'light' || kept === 'dark' ? kept : 'auto'
}

export function applyTheme(chosen: Theme = theme()): void {
  localStorage.setItem(KEY, chosen)
  if (chosen === 'auto') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = chosen
}
