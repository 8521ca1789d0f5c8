import 'fake-indexeddb/auto'
import { webcrypto } from 'node:crypto'

// jsdom's window has no SubtleCrypto; a phone in a secure context has.
if (!globalThis.crypto?.subtle) Object.defineProperty(globalThis, 'crypto', { value: webcrypto, configurable: true })
