/**
 * Runs inside a Reverie that a test has started, before its program: puts a gate before each encoder process. Files are
 * read only as far as the test lets them through; questions, pictures and everything else pass.
 */
import processes, { type ChildProcess } from 'node:child_process'
import { syncBuiltinESMExports } from 'node:module'
import type { GateOrder, Passed } from './gate.ts'

/** What the engine posts to a worker, see workers/port.ts. */
type Posted =
  | { readonly type: 'call'; readonly id: number; readonly name: string }
  | { readonly type: 'cancel'; readonly id: number }

let passed: Passed = { asked: 0, cancelled: 0, released: 0, answered: 0, pids: [] }
let allowed = 0
const held: { readonly child: ChildProcess; readonly id: number; readonly post: () => void }[] = []

function letThrough(): void {
  while (allowed > 0 && held.length > 0) {
    allowed--
    passed = { ...passed, released: passed.released + 1 }
    held.shift()?.post()
  }
}

function guard(child: ChildProcess): ChildProcess {
  const send = child.send.bind(child)
  const reading = new Set<number>()
  passed = { ...passed, pids: [...passed.pids, child.pid ?? 0] }
  const gated = (message: Posted, ...rest: []): boolean => {
    if (message.type === 'call' && message.name === 'read') {
      passed = { ...passed, asked: passed.asked + 1 }
      const post = (): void => {
        reading.add(message.id)
        send(message, ...rest)
      }
      held.push({ child, id: message.id, post })
      letThrough()
      return true
    }
    if (message.type === 'cancel') {
      const at = held.findIndex(one => one.child === child && one.id === message.id)
      if (at !== -1) {
        held.splice(at, 1)
        passed = { ...passed, cancelled: passed.cancelled + 1 }
        return true
      }
    }
    return send(message, ...rest)
  }
  child.send = gated
  child.on('message', answer => {
    if (reading.delete((answer as { id: number }).id)) passed = { ...passed, answered: passed.answered + 1 }
  })
  // What a process that ended was asked for is asked of the next one.
  child.on('exit', () => {
    const lost = held.filter(one => one.child === child)
    for (const one of lost) held.splice(held.indexOf(one), 1)
    passed = { ...passed, cancelled: passed.cancelled + lost.length, answered: passed.answered + reading.size }
    reading.clear()
  })
  return child
}

const { fork } = processes
processes.fork = ((...given: Parameters<typeof fork>) => guard(fork(...given))) as typeof fork
syncBuiltinESMExports()

process.on('message', message => {
  const given = message as GateOrder
  if (given.order === 'release') allowed += given.files
  else allowed = given.order === 'open' ? Infinity : 0
  letThrough()
  process.send?.(passed)
})
// A test that has gone wrong leaves nothing behind.
process.on('disconnect', () => process.exit(1))
// The test may ask for as long as Reverie runs, and keeps it from ending no longer.
process.channel?.unref()
