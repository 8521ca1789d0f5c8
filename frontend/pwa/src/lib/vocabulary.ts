/** Values of the diary file that the app lists itself (docs/format.md); the words are in the catalogue. */
import type { components } from '../api/schema'

type Schemas = components['schemas']

export const SITES: Schemas['LumpRequest']['site'][] = [
  'scalp', 'face', 'neck', 'above_collarbone', 'armpit', 'shoulder', 'upper_arm', 'forearm', 'hand', 'chest', 'breast', 'abdomen', 'groin', 'testicle',
  'vulva', 'upper_back', 'lower_back', 'buttock', 'hip', 'thigh', 'knee', 'lower_leg', 'foot', 'other',
]
/** Events a person can add; "acknowledged" is written by answering advice. */
export const EVENT_KINDS: Schemas['EventRequest']['kind'][] = [
  'examined', 'ultrasound', 'antibiotics_started', 'antibiotics_stopped', 'biopsy', 'needle_aspiration', 'mri', 'ct', 'drained', 'removed', 'surgery',
  'injury', 'infection', 'radiotherapy', 'chemotherapy', 'other',
]
