/** `{a,b}{c,d}…` doubles with each: more alternatives than this are no person's. */
const mostAlternatives = 32
/** UTF-16 units of a pattern. */
const longest = 300

/**
 * Whether a path fits a pattern as Hugo has them: `*` and `?` stand within one part of the path, `**` over several, `[a-z]` for one
 * character, `{a,b}` for either. Upper and lower case are the same. Takes time in proportion to both lengths: a pattern may be hostile,
 * and the platform's own (`path.matchesGlob`) takes minutes for some of 30 characters.
 *
 * @returns the comparison; one that is always false for a pattern that no person writes
 */
export function namePattern(pattern: string): (path: string) => boolean {
  if (pattern.length > longest) return () => false
  const alternatives = alternativesOf(pattern.toLowerCase().replace(/^\.?\//, '')).map(stepsOf)
  return path => alternatives.some(steps => fits(steps, path.toLowerCase()))
}

/** null: any number of characters of one part; 'deep': of several parts. */
type Step = 'star' | 'deep' | ((character: string) => boolean)

/** Without braces; the innermost are taken apart first. */
function alternativesOf(pattern: string): string[] {
  let made = [pattern]
  for (;;) {
    const next = made.flatMap(one => {
      const braces = /\{([^{}]*)\}/.exec(one)
      if (braces === null) return [one]
      return (braces[1] ?? '')
        .split(',')
        .map(choice => one.slice(0, braces.index) + choice + one.slice(braces.index + braces[0].length))
    })
    if (next.length > mostAlternatives || next.every((one, i) => one === made[i]))
      return next.slice(0, mostAlternatives)
    made = next
  }
}

function stepsOf(pattern: string): Step[] {
  const steps: Step[] = []
  for (const [token] of pattern.matchAll(/\*\*\/?|\*|\[!?[^[\]]+\]|[^]/gu)) {
    if (token.startsWith('**')) steps.push('deep')
    else if (token === '*') steps.push('star')
    else if (token === '?') steps.push(character => character !== '/')
    else if (token.length > 2 && token.startsWith('[')) steps.push(oneOf(token.slice(1, -1)))
    else steps.push(character => character === token)
  }
  return steps
}

/** `a-z0`, `!a-z`. */
function oneOf(written: string): Step {
  const isNot = written.startsWith('!')
  const ranges = [...written.slice(isNot ? 1 : 0).matchAll(/([^])-([^])|([^])/gu)].map(
    ([, from, to, single = '']) => [from ?? single, to ?? single] as const
  )
  return character => ranges.some(([from, to]) => from <= character && character <= to) !== isNot
}

/** Which beginnings of the path the steps so far can have taken, step by step. */
function fits(steps: readonly Step[], path: string): boolean {
  const characters = Array.from(path)
  let reached = characters.map(() => false).concat(false)
  reached[0] = true
  for (const step of steps) {
    const next = reached.map(() => false)
    for (let at = 0; at < reached.length; at++) {
      const isWide = step === 'deep' || step === 'star'
      const before = characters[at - 1]
      if (isWide) {
        const goesOn = at > 0 && next[at - 1] === true && (step === 'deep' || before !== '/')
        next[at] = reached[at] === true || goesOn
      } else next[at] = before !== undefined && reached[at - 1] === true && step(before)
    }
    reached = next
  }
  return reached.at(-1) === true
}
