import { EngineError } from '../../../../shared/errors.ts'

/** Below this many different photos with texts a map would learn them by heart. Near-duplicates count once. */
export const fewestGroups = 100
/** From here on photos are also trained on rotated, and the rotation adversary joins in. */
export const enoughGroups = 300

/** @param groups  of photos that have a pair and an embedding @throws EngineError bad-input when they are too few */
export function refuseTooFew(groups: number): void {
  if (groups >= fewestGroups) return
  throw new EngineError(
    'bad-input',
    `There are ${groups} different photos with a text, and learning needs at least ${fewestGroups}. Nothing was changed. Write captions, show more photos in your notes or confirm pairs, and try again.`
  )
}
