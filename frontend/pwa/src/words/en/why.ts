/** Words of why a piece of advice is there. */
export default {
  'why.when': 'When we say this', 'why.threshold': 'Where the line is', 'why.grade': 'How good the source is',
  'why.entries': 'What it rests on', 'why.readings': '{n} entries of this diary', 'why.readings_one': 'One entry of this diary',
  'why.fired': 'When it came up', 'why.of': '({n} times in all)',
  'why.now': 'And now', 'why.holds': 'It still holds.', 'why.holds_not': 'It does not hold any more.',
  'why.away': 'More about this is shown with a signal.',
} as const
