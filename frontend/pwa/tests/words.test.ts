import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'svelte/compiler'
import { describe, expect, it } from 'vitest'
import { register, t, useLocale, type Key } from '../src/words'
import { english } from '../src/words/en'

const SRC = new URL('../src/', import.meta.url)
const components = (readdirSync(SRC, { recursive: true }) as string[]).filter((name) => name.endsWith('.svelte'))
const sources = (readdirSync(SRC, { recursive: true }) as string[]).filter((name) => /\.(svelte|ts)$/.test(name) && !name.startsWith('words/'))
const SAID = ['aria-label', 'placeholder', 'title', 'alt', 'label', 'legend', 'hint']
const LETTERS = /\p{L}{2,}/u

/** Text a person would read that stands in the markup itself: text nodes, and attributes that are spoken. */
function unwrapped(source: string): string[] {
  const found: string[] = []
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(walk)
    if (typeof node !== 'object' || node === null) return
    const { type, data, name, value } = node as { type?: string; data?: string; name?: string; value?: unknown }
    if (type === 'Text' && LETTERS.test(data ?? '')) found.push(data!.trim())
    if (type === 'Attribute') {
      if (SAID.includes(name!)) walk(value)
      return
    }
    for (const child of Object.values(node)) walk(child)
  }
  walk(parse(source, { modern: true }).fragment)
  return found
}

describe('words', () => {
  it.each(components)('%s says nothing that is not in the catalogue', (name) => {
    expect(unwrapped(readFileSync(new URL(name, SRC), 'utf8'))).toEqual([])
  })

  it('finds text that was not wrapped', () => {
    expect(unwrapped('<p>Plain words</p><input aria-label="Said aloud" class="not-said" />')).toEqual(['Plain words', 'Said aloud'])
  })

  it('has every key that is asked for', () => {
    const asked = sources.flatMap((name) => [...readFileSync(new URL(name, SRC), 'utf8').matchAll(/\bt\('([^']+)'/g)].map(([, key]) => key!))
    expect(asked.filter((key) => !(key in english))).toEqual([])
    expect(asked.length).toBeGreaterThan(150)
  })

  it('fills in, counts, and disguises', () => {
    register(english)
    expect(t('status.waiting_age', { n: 3, age: t('age.days', { n: 2 }) })).toBe('3 waiting, oldest 2 days')
    expect(t('age.days', { n: 1 })).toBe('1 day')
    expect(t('no.such' as Key)).toBe('[no.such]')
    useLocale('xx-pseudo')
    expect(t('log.save')).toBe('⟦Sávé⟧')
    useLocale(null)
  })

  it('never uses a word that must not appear', () => {
    const text = Object.values(english).join('\n').replace('This is a diary and not a diagnosis.', '')
    expect(text.match(/\b(alarm|diagnos\w*|cancer risk|safe|normal|oops)\b/gi) ?? []).toEqual(['safe'])
    // The one "safe" is about an entry, in the words of the look: "We could not read that picture; the entry is safe."
    expect(english['log.photo_failed']).toContain('the entry is safe')
  })
})
