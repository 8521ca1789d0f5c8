/** Words under the size on the log screen: fetched when they are asked for. */
export default {
  'log.unit': 'Unit',
  'log.with': 'Measured with',
  'log.compare_hint': 'No ruler? Tap the nearest one. It is kept as “by eye”.',
  'log.compare_scale': 'All to one scale: the line under each stands for 1 cm.',
  'log.how_1': 'Sit or lie the same way each time.',
  'log.how_2': 'Lay a ruler flat on the skin, without pressing. Read the longest way across.',
  'log.how_3': 'Turn the ruler, and read the way that crosses it.',
  'log.how_4': 'Read each twice. If they differ, take the middle.',
  'log.how_card': 'Or measure with a photo and the card',
} as const
