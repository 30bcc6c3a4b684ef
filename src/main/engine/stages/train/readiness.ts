import { EngineError } from '../../../../shared/errors.ts'

/** Below this many photos that differ a map would learn them by heart. Near-duplicates count once. */
export const fewestPhotos = 100
/** From here on photos are also trained on rotated, and the rotation adversary joins in. */
export const enoughPhotos = 300
/** Groups of photos that know of each other (see photo-groups.ts). Of fewer, a handful decides whether a map looks better. */
export const fewestGroups = 50

/** What a training would learn from, and be judged by. */
export interface Learnable {
  /** Photos that have a pair and an embedding and differ from each other. */
  readonly different: number
  /** Groups of them, each of which is judged as one. */
  readonly groups: number
}

/** @throws EngineError bad-input when there is too little to learn from, or to tell whether something was learned */
export function refuseTooFew({ different, groups }: Learnable): void {
  if (different < fewestPhotos)
    throw new EngineError(
      'bad-input',
      `There are ${different} different photos with a text, and learning needs at least ${fewestPhotos}. Nothing was changed. Write captions, show more photos in your notes or confirm pairs, and try again.`
    )
  if (groups < fewestGroups)
    throw new EngineError(
      'bad-input',
      `The ${different} different photos with a text are of ${groups} notes or subjects, and at least ${fewestGroups} are needed to tell whether something was learned that helps with new ones. Nothing was changed. Add notes that show other photos, or captions of other subjects, and try again.`
    )
}

/** @param photos  each with numbers of what it is alike to and of its group */
export function learnableFrom(photos: Iterable<{ readonly alike: number; readonly group: number }>): Learnable {
  const all = [...photos]
  return {
    different: new Set(all.map(({ alike }) => alike)).size,
    groups: new Set(all.map(({ group }) => group)).size
  }
}
