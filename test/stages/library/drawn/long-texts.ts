import { chanceFrom } from './chance.ts'

const people = ['Anna', 'Ben', 'Chandra', 'Dilek', 'Emil']
const openings = [
  'Did you see',
  'I still think of',
  'Tomorrow we need',
  'Nobody mentioned',
  'Please bring',
  'We laughed about'
]
const things =
  'boat market lantern garden ticket bicycle recipe ladder window harbour violin parcel orchard bridge'.split(' ')
const endings = [
  'by the station',
  'before it rains',
  'with the others',
  'from last summer',
  'in the small box',
  'at nine'
]

/**
 * A chat as messengers export it: a line a message, and no empty line anywhere, so that all of it is one paragraph.
 * @param sizeBytes  of the text, which ends with the last whole line
 */
export function drawChat(sizeBytes: number, seed: number): string {
  const chance = chanceFrom(seed)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(chance.next() * list.length)]!
  const lines: string[] = []
  let size = 0
  for (let i = 0; ; i++) {
    const minutes = i * 7
    const clock = [Math.floor(minutes / 60) % 24, minutes % 60].map(part => String(part).padStart(2, '0')).join(':')
    const day = String(1 + (Math.floor(minutes / 1440) % 28)).padStart(2, '0')
    const line = `[${day}/03/21, ${clock}:00] ${pick(people)}: ${pick(openings)} the ${pick(things)} and the ${pick(things)} ${i} ${pick(endings)}\n`
    size += line.length
    if (size > sizeBytes) return lines.join('')
    lines.push(line)
  }
}
