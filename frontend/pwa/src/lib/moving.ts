/** Large files to and from the server, with word of how far they have come. Only the screen of one's data loads this. */
import { app } from './app.svelte'
import { ask } from './remote.svelte'

export interface Sent {
  status: number
  body: unknown
}

/** Everything as a file: `moved` hears bytes so far and about how many there will be. Throws when it did not arrive whole. */
export async function fetchExport(moved: (done: number, all: number) => void): Promise<Blob> {
  const answer = await fetch('/api/export/', { credentials: 'same-origin', cache: 'no-store', redirect: 'error' })
  if (!answer.ok || !answer.body) throw new Error(String(answer.status))
  const all = Number(answer.headers.get('X-About-Bytes')) || 0
  const parts: BlobPart[] = []
  let done = 0
  for (const reader = answer.body.getReader(); ; ) {
    const { done: ended, value } = await reader.read()
    if (ended) return new Blob(parts, { type: 'application/zip' })
    parts.push(value)
    moved((done += value.byteLength), all)
  }
}

/** Sends a file as it is; null when no answer came. The token is asked for anew, and only of the account that is shown. */
export async function sendFile(path: string, file: Blob, type: string, moved: (share: number) => void): Promise<Sent | null> {
  const me = await ask<{ email: string; csrf: string }>('GET', '/api/me/')
  if (!me.body || me.body.email !== app.email) return null
  const { csrf } = me.body
  return new Promise((resolve) => {
    const request = new XMLHttpRequest()
    request.open('POST', path)
    request.responseType = 'json'
    request.setRequestHeader('Content-Type', type)
    request.setRequestHeader('X-CSRFToken', csrf)
    request.upload.onprogress = ({ loaded, total }) => moved(total ? loaded / total : 0)
    request.onload = () => resolve({ status: request.status, body: request.response as unknown })
    request.onerror = request.onabort = () => resolve(null)
    request.send(file)
  })
}
