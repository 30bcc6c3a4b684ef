import type { TrustHit } from './trust-answers.ts'
import type { TrustQuestion } from './trust-libraries.ts'

/** One question of a library with its first ten hits. */
export interface Asked {
  readonly question: TrustQuestion
  readonly hits: readonly TrustHit[]
}

export interface Trust {
  /** Of questions with a right hit among the ten: those where a right one is called relevant. */
  readonly captions: number
  readonly subjects: number
  /** Of questions that nothing answers: those with any relevant hit. */
  readonly absent: number
  readonly elsewhere: number
  readonly unsaid: number
  /** Of hits that are called relevant, where something answers: those that are right. */
  readonly precision: number
  /** Of captions of photos that are there: those with no relevant hit. */
  readonly nothing: number
  /** Of questions by caption and by subject: those with a right hit among the ten. */
  readonly captionsFound: number
  readonly subjectsFound: number
}

export function trustOf(asked: readonly Asked[]): Trust {
  const of = (kind: TrustQuestion['kind']): readonly Asked[] => asked.filter(({ question }) => question.kind === kind)
  const hasRight = ({ question, hits }: Asked): boolean => hits.some(({ itemId }) => question.right.has(itemId))
  const shown = (all: readonly Asked[]): number =>
    share(all.filter(hasRight), ({ question, hits }) =>
      hits.some(({ itemId, isRelevant }) => isRelevant && question.right.has(itemId))
    )
  const isAnswered = ({ hits }: Asked): boolean => hits.some(({ isRelevant }) => isRelevant)
  const relevant = [...of('caption'), ...of('subject')].flatMap(({ question, hits }) =>
    hits
      .filter(({ itemId, isRelevant }) => isRelevant && !question.unjudged.has(itemId))
      .map(({ itemId }) => question.right.has(itemId))
  )
  return {
    captions: shown(of('caption')),
    subjects: shown(of('subject')),
    absent: share(of('absent'), isAnswered),
    elsewhere: share(of('elsewhere'), isAnswered),
    unsaid: share(of('unsaid'), isAnswered),
    precision: share(relevant, isRight => isRight),
    nothing: share(of('caption'), one => !isAnswered(one)),
    captionsFound: share(of('caption'), hasRight),
    subjectsFound: share(of('subject'), hasRight)
  }
}

/** NaN for none. */
function share<T>(all: readonly T[], is: (one: T) => boolean): number {
  return all.filter(is).length / all.length
}

/** Each figure's mean over those that have it. */
export function meanTrust(all: readonly Trust[]): Trust {
  const mean = (of: (one: Trust) => number): number => {
    const known = all.map(of).filter(value => !Number.isNaN(value))
    return known.reduce((sum, value) => sum + value, 0) / known.length
  }
  return {
    captions: mean(one => one.captions),
    subjects: mean(one => one.subjects),
    absent: mean(one => one.absent),
    elsewhere: mean(one => one.elsewhere),
    unsaid: mean(one => one.unsaid),
    precision: mean(one => one.precision),
    nothing: mean(one => one.nothing),
    captionsFound: mean(one => one.captionsFound),
    subjectsFound: mean(one => one.subjectsFound)
  }
}
