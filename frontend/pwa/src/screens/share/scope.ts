import type { components } from '../../api/schema'
import { shortDate } from '../../lib/dates'
import { t } from '../../words'

export type Link = components['schemas']['ShareLink']

/** What a link opens and lets be done, in the order it was chosen in. `names`: of the lumps on this phone, by id. */
export const scopeOf = (link: Link, names: Map<string, string>): string =>
  [
    link.lumps.map((lump) => names.get(lump)).filter(Boolean).join(', '),
    link.since ? t('share.has_since', { day: shortDate(link.since) }) : '',
    link.photos ? t('share.has_photos') : '',
    link.notes ? t('share.has_notes') : '',
    link.shl ? t('share.has_shl') : '',
    link.answers ? t('share.has_answers') : '',
    link.passcode ? t('share.has_passcode') : '',
    link.one_visit ? t('share.has_once') : '',
  ].filter(Boolean).join(' · ')
