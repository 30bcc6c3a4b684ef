import type { Chance } from './chance.ts'

/** What there is in the drawn world, and how people say it. */
export const objects = {
  balloon: { plural: 'balloons', isFlying: true, alsoCalled: 'airship' },
  kite: { plural: 'kites', isFlying: true, alsoCalled: 'glider' },
  fish: { plural: 'fish', isFlying: false, alsoCalled: 'trout' },
  boat: { plural: 'boats', isFlying: false, alsoCalled: 'ship' },
  house: { plural: 'houses', isFlying: false, alsoCalled: 'cottage' },
  flower: { plural: 'flowers', isFlying: false, alsoCalled: 'blossom' },
  car: { plural: 'cars', isFlying: false, alsoCalled: 'automobile' },
  cat: { plural: 'cats', isFlying: false, alsoCalled: 'kitten' },
  umbrella: { plural: 'umbrellas', isFlying: false, alsoCalled: 'parasol' },
  star: { plural: 'stars', isFlying: true, alsoCalled: 'asterisk' },
  mushroom: { plural: 'mushrooms', isFlying: false, alsoCalled: 'toadstool' },
  ladder: { plural: 'ladders', isFlying: false, alsoCalled: 'steps' }
} as const

export const colours = {
  red: { fill: '#d8232a', alsoCalled: 'crimson' },
  orange: { fill: '#f58a1f', alsoCalled: 'tangerine' },
  yellow: { fill: '#f7e03c', alsoCalled: 'lemon' },
  green: { fill: '#1f7a2e', alsoCalled: 'emerald' },
  blue: { fill: '#1d3fbf', alsoCalled: 'navy' },
  purple: { fill: '#7a2a9c', alsoCalled: 'violet' },
  pink: { fill: '#f48fb8', alsoCalled: 'rosy' },
  white: { fill: '#fbfbfb', alsoCalled: 'snowy' },
  black: { fill: '#161616', alsoCalled: 'ebony' }
} as const

export const scenes = {
  beach: { on: 'on the beach', over: 'over the beach', alsoCalled: 'seaside' },
  snow: { on: 'in the snow', over: 'above the snow', alsoCalled: 'winter' },
  meadow: { on: 'in a meadow', over: 'above a meadow', alsoCalled: 'grass' },
  city: { on: 'in the city', over: 'over the city', alsoCalled: 'town' },
  forest: { on: 'in the forest', over: 'over the forest', alsoCalled: 'woods' },
  room: { on: 'in a room', over: 'in a room', alsoCalled: 'indoors' }
} as const

export const lights = {
  day: { says: '', alsoCalled: 'daylight' },
  sunset: { says: ' at sunset', alsoCalled: 'evening' },
  night: { says: ' at night', alsoCalled: 'dark' }
} as const

const numbers = { 1: 'a', 2: 'two', 3: 'three' } as const

export type ObjectName = keyof typeof objects
export type ColourName = keyof typeof colours
export type SceneName = keyof typeof scenes
export type LightName = keyof typeof lights

/** One picture before it is drawn: all that its caption says, and a seed for what it does not say. */
export interface Picture {
  readonly object: ObjectName
  readonly colour: ColourName
  readonly scene: SceneName
  readonly light: LightName
  readonly count: 1 | 2 | 3
  readonly seed: number
}

const names = <T extends string>(record: Readonly<Record<T, unknown>>): T[] => Object.keys(record) as T[]

/**
 * `count` different pictures. The first hundred or so each have a coloured object of their own (one red balloon only),
 * so that a caption means one picture; after those, pictures differ in scene, light or number.
 */
export function imagine(count: number, chance: Chance): Picture[] {
  const things = names(objects).flatMap(object => names(colours).map(colour => ({ object, colour })))
  const pictures: Picture[] = []
  const taken = new Set<string>()
  let round = chance.shuffled(things)
  while (pictures.length < count) {
    const thing = round.pop()
    if (thing === undefined) {
      round = chance.shuffled(things)
      continue
    }
    const picture: Picture = {
      ...thing,
      scene: chance.pick(names(scenes)),
      light: chance.pick(names(lights)),
      count: chance.pick([1, 1, 2, 3] as const),
      seed: Math.floor(chance.next() * 2 ** 31)
    }
    const caption = captionOf(picture)
    if (taken.has(caption)) continue
    taken.add(caption)
    pictures.push(picture)
  }
  return pictures
}

/** "Two red balloons over the beach at night" */
export function captionOf({ object, colour, scene, light, count }: Picture): string {
  const { isFlying, plural } = objects[object]
  const thing =
    count === 1 ? `${colour === 'orange' ? 'an' : 'a'} ${colour} ${object}` : `${numbers[count]} ${colour} ${plural}`
  return capital(`${thing} ${scenes[scene][isFlying ? 'over' : 'on']}${lights[light].says}`)
}

/** The same in other words, none of the telling ones shared: "Evening at the seaside, a crimson ship". */
export function paraphraseOf({ object, colour, scene, light, count }: Picture): string {
  const thing = `${colours[colour].alsoCalled} ${objects[object].alsoCalled}`
  const quantity = count === 1 ? 'one' : count === 2 ? 'a pair, each a' : 'a trio, each a'
  return capital(`${lights[light].alsoCalled}, ${scenes[scene].alsoCalled}: ${quantity} ${thing}`)
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
