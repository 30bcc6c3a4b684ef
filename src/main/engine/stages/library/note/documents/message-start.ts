/**
 * A line that begins a message, without the invisible marks of direction that WhatsApp writes: `[02/01/2024, 15:04:05] Ada: `
 * (iOS), `02/01/2024, 15:04 - Ada: ` (Android); by the language of the telephone `1/2/24, 3:04 PM`, `02.01.24 15:04`.
 */
export const messageStart =
  /^\[?(\d{1,4})[./-](\d{1,2})[./-](\d{2,4}),?\s(?:um\s|at\s|à\s)?(\d{1,2})[:.](\d{2})(?:[:.]\d{2})?(?:\s?([ap])\.?\s?m\.?)?(?:\]\s|\s-\s)/iu

/** Whether a text begins as a chat that WhatsApp exported. */
export function isMessageStart(text: string): boolean {
  return messageStart.test(withoutMarks(text))
}

/** Without marks of direction and byte order, and with ordinary spaces before AM and PM. */
export function withoutMarks(text: string): string {
  return text.replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '').replace(/[\u202f\u00a0]/g, ' ')
}
