/** Where a lump is. */
export default {
  'site.scalp': 'Scalp', 'site.face': 'Face', 'site.neck': 'Neck', 'site.above_collarbone': 'Above the collarbone',
  'site.armpit': 'Armpit', 'site.shoulder': 'Shoulder', 'site.upper_arm': 'Upper arm', 'site.forearm': 'Forearm',
  'site.hand': 'Hand', 'site.chest': 'Chest', 'site.breast': 'Breast', 'site.abdomen': 'Belly', 'site.groin': 'Groin',
  'site.testicle': 'Testicle', 'site.vulva': 'Vulva', 'site.upper_back': 'Upper back', 'site.lower_back': 'Lower back',
  'site.buttock': 'Buttock', 'site.hip': 'Hip', 'site.thigh': 'Thigh', 'site.knee': 'Knee', 'site.lower_leg': 'Lower leg',
  'site.foot': 'Foot', 'site.other': 'Somewhere else',
  'side.left': 'left', 'side.right': 'right', 'side.middle': 'middle', 'side.both': 'both sides',
} as const
