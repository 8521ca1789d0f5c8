/** "36.8", "36,8" or "98.2": degrees Celsius with one decimal, or null. Above 45 it can only have been Fahrenheit. */
export function parseTemperature(text: string): number | null {
  const number = Number(text.trim().replace(/\s*°?\s*[cf]?$/i, '').replace(',', '.'))
  if (!text.trim() || !Number.isFinite(number)) return null
  const celsius = Math.round((number > 45 ? ((number - 32) * 5) / 9 : number) * 10) / 10
  return celsius >= 30 && celsius <= 45 ? celsius : null
}
