/**
 * Mean average precision over the whole ranking: every query ranks all answers, and those of its class are right.
 *
 *   AP = mean over right answers of (right answers up to its rank) / rank
 *
 * An answer that ties with a right one and is wrong counts as before it, so that a map which sends everything to one point gets no credit.
 *
 * @param queries  classes of the queries @param answers  classes of the answers
 * @returns 0…1, the mean over queries that have a right answer; NaN when none has
 */
export function meanAveragePrecision(
  queries: Int32Array,
  answers: Int32Array,
  scoreOf: (query: number, answer: number) => number
): number {
  const precisions: number[] = []
  queries.forEach((is, query) => {
    const ranked = [...answers].map((of, answer) => ({ isRight: of === is, score: scoreOf(query, answer) }))
    ranked.sort((a, b) => b.score - a.score || Number(a.isRight) - Number(b.isRight))
    let right = 0
    let sum = 0
    ranked.forEach(({ isRight }, i) => {
      if (isRight) sum += ++right / (i + 1)
    })
    if (right > 0) precisions.push(sum / right)
  })
  return precisions.reduce((sum, precision) => sum + precision, 0) / precisions.length
}
