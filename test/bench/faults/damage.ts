/** What a fault has broken. Nothing, it is hoped. */
export interface Damage {
  /** Of items: good files that are not found any more, or failed; readings that are gone. */
  readonly lost: string[]
  readonly wrongCounts: string[]
  readonly hangs: string[]
  readonly other: string[]
}

export function noDamage(): Damage {
  return { lost: [], wrongCounts: [], hangs: [], other: [] }
}
