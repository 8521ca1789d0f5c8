/** The whole English catalogue as one type and, for tests, as one object. Screens load only their part. */
import account from './en/account'
import camera from './en/camera'
import core from './en/core'
import first from './en/first'
import log from './en/log'
import lump from './en/lump'
import measuring from './en/measuring'
import more from './en/more'
import photo from './en/photo'
import urgent from './en/urgent'

export const english = { ...core, ...account, ...camera, ...log, ...first, ...lump, ...measuring, ...more, ...photo, ...urgent }
export type Words = typeof english
