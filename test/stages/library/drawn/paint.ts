import { backdrop, tint } from './backdrop.ts'
import { chanceFrom } from './chance.ts'
import { shapes } from './shapes.ts'
import { colours, objects, type Picture } from './world.ts'

/** A picture as an SVG drawing. It holds no text: fonts differ between machines. */
export function paint(picture: Picture, widthPx: number, heightPx: number): Buffer {
  const chance = chanceFrom(picture.seed)
  const behind = backdrop(picture.scene, picture.light, chance)
  const fill =
    picture.light === 'night' ? tint(colours[picture.colour].fill, [0.85, 0.85, 0.9]) : colours[picture.colour].fill
  const line = picture.colour === 'black' ? '#dddddd' : '#1c1c1c'
  const draw = shapes[picture.object]

  const shorter = Math.min(widthPx, heightPx)
  const size = shorter * (picture.count === 1 ? chance.between(0.5, 0.62) : chance.between(0.36, 0.42))
  const middle = objects[picture.object].isFlying ? chance.between(0.34, 0.44) : chance.between(0.6, 0.66)
  const things = Array.from({ length: picture.count }, (_, i) => {
    const x = widthPx * ((i + 0.5) / picture.count) + widthPx * chance.between(-0.04, 0.04)
    const y = heightPx * (middle + chance.between(-0.03, 0.03))
    const rotationDeg = chance.between(-6, 6)
    return `<g transform="translate(${x.toFixed(1)} ${y.toFixed(1)}) rotate(${rotationDeg.toFixed(1)}) scale(${(size / 100).toFixed(3)})">${draw(fill, line)}</g>`
  })
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}">` +
      `<svg width="${widthPx}" height="${heightPx}" viewBox="0 0 100 100" preserveAspectRatio="none">${behind}</svg>${things.join('')}</svg>`
  )
}
