/** The whole English catalogue as one type and, for tests, as one object. Screens load only their part. */
import account from './en/account'
import advice from './en/advice'
import camera from './en/camera'
import core from './en/core'
import data from './en/data'
import first from './en/first'
import help from './en/help'
import home from './en/home'
import log from './en/log'
import lump from './en/lump'
import measuring from './en/measuring'
import more from './en/more'
import photo from './en/photo'
import places from './en/places'
import plans from './en/plans'
import reminders from './en/reminders'
import sizehelp from './en/sizehelp'
import urgent from './en/urgent'
import why from './en/why'

export const english = { ...core, ...account, ...advice, ...camera, ...data, ...log, ...first, ...help, ...home, ...lump, ...measuring, ...more, ...photo, ...places, ...plans, ...reminders, ...sizehelp, ...urgent, ...why }
export type Words = typeof english
