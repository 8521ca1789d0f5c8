/** Where a photo is blurred until it is tapped, on every screen. */
export const INTIMATE_SITES = ['breast', 'groin', 'testicle', 'vulva', 'buttock']
