/** Deleting with a way back: gone from sight at once, told to the server only after the undo time. */
import { type Removable, remove, undoRemove } from '../core/save'
import { t } from '../words'
import { rows, say, sendSoon } from './app.svelte'

export async function dropWithUndo(kind: Removable, id: string): Promise<void> {
  await remove(rows(), kind, id)
  sendSoon()
  const undo = async (): Promise<void> => {
    await undoRemove(rows(), kind, id)
    sendSoon()
    say(t('app.is_back'))
  }
  say(t('app.deleted'), { label: t('app.undo'), run: () => void undo() })
}
