/**
 * Every word on the screen comes through here. English is the catalogue; each screen registers the part it needs, so
 * that the log screen does not carry the help pages. `?locale=xx-pseudo` shows what was missed: it is the text that
 * stays plain.
 */
import type { Words } from './en'

export type Key = keyof Words
type Params = Record<string, string | number>

const catalogue: Record<string, string> = {}
let pseudo = false

/** Adds a part of the catalogue. */
export function register(part: Record<string, string>): void {
  Object.assign(catalogue, part)
}

export function useLocale(name: string | null): void {
  pseudo = name === 'xx-pseudo'
}

/** BCP 47 tag for dates and numbers. */
export const locale = (): string => (typeof navigator === 'undefined' ? 'en-GB' : navigator.language.startsWith('en') ? navigator.language : 'en-GB')

/**
 * The text of `key`. `{name}` is filled from `params`; with `{n}` the catalogue may hold `key_one` for exactly one.
 */
export function t(key: Key, params: Params = {}): string {
  const one = params.n === 1 ? catalogue[`${key}_one`] : undefined
  const template = one ?? catalogue[key] ?? `[${key}]`
  const text = template.replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? ''))
  return pseudo ? disguise(text) : text
}

/** The word of a value of the diary's vocabulary, e.g. `word('site', 'lower_back')`. */
export const word = (list: string, value: string | null | undefined): string => (value ? t(`${list}.${value}` as Key) : '')

const ACCENTS: Record<string, string> = { a: 'á', e: 'é', i: 'í', o: 'ó', u: 'ú', A: 'Á', E: 'É', I: 'Í', O: 'Ó', U: 'Ú', n: 'ñ', c: 'ç' }

function disguise(text: string): string {
  return `⟦${text.replace(/[aeiouAEIOUnc]/g, (letter) => ACCENTS[letter] ?? letter)}⟧`
}
