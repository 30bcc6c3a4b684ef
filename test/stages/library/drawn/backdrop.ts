import type { Chance } from './chance.ts'
import type { LightName, SceneName } from './world.ts'

const skies: Readonly<Record<LightName, readonly [top: string, bottom: string]>> = {
  day: ['#7ec3ee', '#d3ecf8'],
  sunset: ['#8a4a86', '#fb9a4b'],
  night: ['#060a22', '#1c2a52']
}

/** How much of each ground colour the light leaves, red green blue, 0…1. */
const tints: Readonly<Record<LightName, readonly [number, number, number]>> = {
  day: [1, 1, 1],
  sunset: [0.95, 0.72, 0.62],
  night: [0.26, 0.3, 0.46]
}

/** What stands behind the objects, as SVG in a box of 0…100 × 0…100 that is stretched over the picture. The horizon is at 55. */
export function backdrop(scene: SceneName, light: LightName, chance: Chance): string {
  const lit = (colour: string): string => tint(colour, tints[light])
  const [top, bottom] = skies[light]
  const sky = `
    <defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${top}"/><stop offset="1" stop-color="${bottom}"/></linearGradient></defs>
    <rect width="100" height="100" fill="url(#sky)"/>${heavens(light, chance)}`
  switch (scene) {
    case 'beach':
      return `${sky}<rect y="50" width="100" height="16" fill="${lit('#2f8fb5')}"/>
        <path d="M0 66 Q25 ${chance.between(60, 64)} 50 66 T100 65 L100 100 L0 100 Z" fill="${lit('#ecd79a')}"/>`
    case 'snow':
      return `${sky}${range(4, () => hill(chance, lit('#c3d3e3')))}<rect y="60" width="100" height="40" fill="${lit('#f3f7fb')}"/>
        ${range(40, () => dot(chance, 0, 100, 0.7, '#ffffff'))}`
    case 'meadow':
      return `${sky}<path d="M0 58 Q30 ${chance.between(46, 56)} 60 57 T100 54 L100 100 L0 100 Z" fill="${lit('#7fbf4d')}"/>
        ${range(50, () => blade(chance, lit('#4f9436')))}`
    case 'city':
      return `${sky}${range(9, i => tower(i * 11 + chance.between(-2, 2), chance, lit, light))}
        <rect y="78" width="100" height="22" fill="${lit('#6b6b70')}"/>${range(5, i => `<rect x="${i * 22 + 4}" y="88" width="10" height="1.6" fill="${lit('#e9e9e9')}"/>`)}`
    case 'forest':
      return `${sky}<rect y="60" width="100" height="40" fill="${lit('#5a4a2c')}"/>${range(11, i => fir(i * 10 + chance.between(-4, 4), chance, lit))}`
    case 'room':
      return `<rect width="100" height="100" fill="${lit('#d9b48f')}"/><rect y="74" width="100" height="26" fill="${lit('#7d4f2d')}"/>
        <rect x="60" y="10" width="30" height="36" fill="${bottom}" stroke="${lit('#ffffff')}" stroke-width="2"/><path d="M75 10 V46 M60 28 H90" stroke="${lit('#ffffff')}" stroke-width="1.5"/>
        ${range(6, i => `<path d="M${i * 18} 0 V74" stroke="${lit('#c79f79')}" stroke-width="2"/>`)}`
  }
}

function heavens(light: LightName, chance: Chance): string {
  const x = chance.between(8, 92)
  if (light === 'night')
    return `${range(26, () => dot(chance, 0, 48, 0.5, '#fff8d0'))}<circle cx="${x}" cy="12" r="5" fill="#f4f0d0"/>`
  if (light === 'sunset') return `<circle cx="${x}" cy="48" r="9" fill="#ffd23c"/>`
  return range(
    3,
    () =>
      `<ellipse cx="${chance.between(0, 100)}" cy="${chance.between(4, 26)}" rx="${chance.between(6, 14)}" ry="3" fill="#ffffff" opacity=".8"/>`
  )
}

function dot(chance: Chance, top: number, bottom: number, radius: number, colour: string): string {
  return `<circle cx="${chance.between(0, 100)}" cy="${chance.between(top, bottom)}" r="${radius}" fill="${colour}"/>`
}

function hill(chance: Chance, colour: string): string {
  const x = chance.between(0, 100)
  return `<path d="M${x - 26} 62 L${x} ${chance.between(28, 44)} L${x + 26} 62 Z" fill="${colour}"/>`
}

function blade(chance: Chance, colour: string): string {
  const x = chance.between(0, 100)
  const y = chance.between(64, 100)
  return `<path d="M${x} ${y} l1 -6" stroke="${colour}" stroke-width=".8"/>`
}

function fir(x: number, chance: Chance, lit: (colour: string) => string): string {
  const top = chance.between(14, 34)
  return `<rect x="${x - 1}" y="55" width="2" height="12" fill="${lit('#3d2b17')}"/><path d="M${x - 8} 62 L${x} ${top} L${x + 8} 62 Z" fill="${lit('#1f5b34')}"/>`
}

function tower(x: number, chance: Chance, lit: (colour: string) => string, light: LightName): string {
  const top = chance.between(22, 52)
  const windows = range(12, i => {
    const colour = light === 'night' && chance.next() < 0.6 ? '#ffe68a' : lit('#b9c6d2')
    return `<rect x="${x + 1.5 + (i % 3) * 2.6}" y="${top + 3 + Math.floor(i / 3) * 5}" width="1.6" height="2.6" fill="${colour}"/>`
  })
  return `<rect x="${x}" y="${top}" width="10" height="${80 - top}" fill="${lit(chance.pick(['#8d8f99', '#a58f86', '#777d8c']))}"/>${windows}`
}

function range(count: number, draw: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => draw(i)).join('')
}

/** "#rrggbb" darkened per channel. */
export function tint(colour: string, [red, green, blue]: readonly [number, number, number]): string {
  const part = (from: number, share: number): string =>
    Math.round(Number.parseInt(colour.slice(from, from + 2), 16) * share)
      .toString(16)
      .padStart(2, '0')
  return `#${part(1, red)}${part(3, green)}${part(5, blue)}`
}
