import type { ObjectName } from './world.ts'

/**
 * Each object as SVG in a box from (−50, −50) to (50, 50), its foot at the bottom. `fill` is the colour that its caption
 * names; `line` is a thin outline that keeps it apart from a background of the same colour.
 */
export const shapes: Readonly<Record<ObjectName, (fill: string, line: string) => string>> = {
  balloon: (fill, line) => `
    <path d="M0 28 Q-4 40 3 50" fill="none" stroke="${line}" stroke-width="3"/>
    <ellipse cx="0" cy="-14" rx="32" ry="38" fill="${fill}" stroke="${line}" stroke-width="2"/>
    <path d="M-6 30 L6 30 L0 22 Z" fill="${fill}" stroke="${line}"/>`,
  kite: (fill, line) => `
    <path d="M0 -50 L34 -14 L0 34 L-34 -14 Z" fill="${fill}" stroke="${line}" stroke-width="2"/>
    <path d="M0 -50 L0 34 M-34 -14 L34 -14" stroke="${line}" stroke-width="3"/>
    <path d="M0 34 q10 6 4 10 q-8 4 0 8" fill="none" stroke="${line}" stroke-width="4"/>`,
  fish: (fill, line) => `
    <path d="M18 10 L48 -14 L48 34 Z" fill="${fill}" stroke="${line}" stroke-width="2"/>
    <ellipse cx="-10" cy="10" rx="38" ry="22" fill="${fill}" stroke="${line}" stroke-width="2"/>
    <circle cx="-30" cy="4" r="5" fill="${line}"/>`,
  boat: (fill, line) => `
    <path d="M-48 20 L48 20 L28 48 L-30 48 Z" fill="${fill}" stroke="${line}" stroke-width="2"/>
    <path d="M0 20 L0 -50" stroke="${line}" stroke-width="5"/>
    <path d="M6 -48 L44 12 L6 12 Z" fill="${fill}" stroke="${line}" stroke-width="2"/>`,
  house: (fill, line) => `
    <rect x="-38" y="-6" width="76" height="56" fill="${fill}" stroke="${line}" stroke-width="2"/>
    <path d="M-48 -6 L0 -48 L48 -6 Z" fill="${fill}" stroke="${line}" stroke-width="4"/>
    <rect x="-8" y="20" width="18" height="30" fill="${line}"/><rect x="-30" y="6" width="14" height="14" fill="${line}"/>
    <rect x="18" y="6" width="14" height="14" fill="${line}"/>`,
  flower: (fill, line) => `
    <path d="M0 0 L0 50 M0 34 q16 -2 20 -14" fill="none" stroke="#2c8a3a" stroke-width="5"/>
    ${[0, 72, 144, 216, 288].map(turn => `<ellipse cx="0" cy="-24" rx="12" ry="18" fill="${fill}" stroke="${line}" transform="translate(0 -8) rotate(${turn})"/>`).join('')}
    <circle cx="0" cy="-8" r="9" fill="#e8b52c"/>`,
  car: (fill, line) => `
    <path d="M-50 34 L-50 10 L-28 8 L-16 -14 L20 -14 L32 8 L50 12 L50 34 Z" fill="${fill}" stroke="${line}" stroke-width="2"/>
    <path d="M-20 6 L-11 -8 L0 -8 L0 6 Z M5 6 L5 -8 L17 -8 L24 6 Z" fill="#bfe3ef"/>
    <circle cx="-27" cy="36" r="13" fill="#222"/><circle cx="27" cy="36" r="13" fill="#222"/>
    <circle cx="-27" cy="36" r="5" fill="#bbb"/><circle cx="27" cy="36" r="5" fill="#bbb"/>`,
  cat: (fill, line) => `
    <path d="M30 40 Q56 20 40 -10" fill="none" stroke="${fill}" stroke-width="9"/>
    <ellipse cx="4" cy="24" rx="32" ry="26" fill="${fill}" stroke="${line}" stroke-width="2"/>
    <path d="M-40 -44 L-24 -30 L-8 -30 L8 -44 L6 -8 Q-16 12 -38 -8 Z" fill="${fill}" stroke="${line}" stroke-width="2"/>
    <circle cx="-25" cy="-18" r="4" fill="#9fe04a"/><circle cx="-8" cy="-18" r="4" fill="#9fe04a"/>`,
  umbrella: (fill, line) => `
    <path d="M-48 -2 Q-44 -46 0 -48 Q44 -46 48 -2 Q36 -12 24 -2 Q12 -12 0 -2 Q-12 -12 -24 -2 Q-36 -12 -48 -2 Z" fill="${fill}" stroke="${line}" stroke-width="2"/>
    <path d="M0 -4 L0 40 Q0 50 10 48 Q18 46 16 36" fill="none" stroke="${line}" stroke-width="5"/>`,
  star: (fill, line) =>
    `<path d="M0 -48 L13 -14 L48 -14 L20 8 L30 44 L0 22 L-30 44 L-20 8 L-48 -14 L-13 -14 Z" fill="${fill}" stroke="${line}" stroke-width="2"/>`,
  mushroom: (fill, line) => `
    <path d="M-14 4 L-18 50 L18 50 L14 4 Z" fill="#efe2c4" stroke="${line}" stroke-width="2"/>
    <path d="M-48 6 Q-40 -46 0 -46 Q40 -46 48 6 Z" fill="${fill}" stroke="${line}" stroke-width="2"/>
    <circle cx="-20" cy="-12" r="7" fill="#fff"/><circle cx="6" cy="-26" r="7" fill="#fff"/><circle cx="24" cy="-6" r="6" fill="#fff"/>`,
  ladder: (fill, line) => `
    <path d="M-24 50 L-16 -50 M24 50 L16 -50" stroke="${line}" stroke-width="12"/>
    <path d="M-24 50 L-16 -50 M24 50 L16 -50" stroke="${fill}" stroke-width="8"/>
    ${[-36, -18, 0, 18, 36].map(y => `<path d="M-21 ${y} L21 ${y}" stroke="${line}" stroke-width="9"/><path d="M-21 ${y} L21 ${y}" stroke="${fill}" stroke-width="6"/>`).join('')}`
}
