/** The whole English catalogue as one type and, for tests, as one object. Screens load only their part. */
import core from './en/core'
import first from './en/first'
import log from './en/log'
import lump from './en/lump'
import more from './en/more'
import urgent from './en/urgent'

export const english = { ...core, ...log, ...first, ...lump, ...more, ...urgent }
export type Words = typeof english
