import { expect, test } from 'vitest'
import { Tickets, ticketLifeMs, wrongTicketsAMinute } from '../../../src/main/hosts/web/tickets.ts'

/** Tickets, and a clock that only the story moves. */
function issuing() {
  let nowMs = 1_800_000_000_000
  const tickets = new Tickets(() => nowMs)
  return { tickets, pass: (ms: number) => (nowMs += ms) }
}

test('a ticket has 32 random bytes and admits once', () => {
  const { tickets } = issuing()
  const [one, other] = [tickets.issue(), tickets.issue()]
  expect(Buffer.from(one, 'base64url')).toHaveLength(32)
  expect(other).not.toBe(one)
  expect([tickets.spend(one), tickets.spend(one), tickets.spend(other)]).toEqual(['admitted', 'wrong', 'admitted'])
})

test('a ticket is good for ten minutes and no moment longer; what hands it over is gone with it', () => {
  const { tickets, pass } = issuing()
  const gone: string[] = []
  const early = tickets.issue(() => gone.push('early'))
  pass(1000)
  const late = tickets.issue(() => gone.push('late'))
  const spent = tickets.issue(() => gone.push('spent'))
  expect(tickets.spend(spent)).toBe('admitted')
  pass(ticketLifeMs - 1000)
  expect(tickets.spend(early)).toBe('wrong')
  expect(gone).toEqual(['spent', 'early'])
  pass(999)
  expect(tickets.spend(late)).toBe('admitted')
  expect(gone).toEqual(['spent', 'early', 'late'])
})

test('who guesses is told to wait after ten a minute, and that locks nobody out', () => {
  const { tickets, pass } = issuing()
  const right = tickets.issue()
  const guesses = Array.from({ length: 25 }, (_, i) => tickets.spend(`${i}`.padEnd(43, 'A')))
  expect(guesses.filter(outcome => outcome === 'wrong')).toHaveLength(wrongTicketsAMinute)
  expect(guesses.at(-1)).toBe('too-often')
  expect(tickets.spend(right)).toBe('admitted')
  pass(60_001)
  expect(tickets.spend('A'.repeat(43))).toBe('wrong')
})

test('there are never more than 200 at once: the oldest makes room', () => {
  const { tickets } = issuing()
  const all = Array.from({ length: 201 }, () => tickets.issue())
  expect([tickets.spend(all[0]!), tickets.spend(all[1]!), tickets.spend(all[200]!)]).toEqual([
    'wrong',
    'admitted',
    'admitted'
  ])
})

test('when everybody is shut out, no ticket is left', () => {
  const { tickets } = issuing()
  const ticket = tickets.issue()
  tickets.clear()
  expect(tickets.spend(ticket)).toBe('wrong')
})
