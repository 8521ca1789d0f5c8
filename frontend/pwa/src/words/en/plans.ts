/** Words around a plan that a doctor wrote back through a link. */
export default {
  'plan.offered': '{by} wrote a plan for {name}',
  'plan.in_force': 'Your plan with {by}',
  'plan.written': 'Written on {day}, through the link you gave.',
  'plan.used_since': 'In use since {day}.',
  'plan.what': 'If you use it, its reminder and its limits become yours. You can end it when you like.',
  'plan.replaces': 'It takes the place of the plan by {by}.',
  'plan.use': 'Use this plan',
  'plan.no': 'No, thank you',
  'plan.no_sure': 'The plan goes away, and {by} can see that you did not take it.',
  'plan.end': 'End this plan',
  'plan.end_sure': 'Its reminder and its limits go. What is in the diary stays.',
  'plan.keep': 'Keep it', 'plan.later': 'Decide later',
  'plan.used': 'The plan is yours now. Its reminder is set.', 'plan.used_no_reminder': 'The plan is yours now.',
  'plan.declined': 'Noted. The plan is put away.',
  'plan.ended': 'The plan is ended.',
  'plan.not_now': 'This needs a signal. The plan waits for you.',
} as const
