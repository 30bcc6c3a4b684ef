import { readdirSync, readFileSync } from 'node:fs'

/** Of Linux's process table: whatever kind needs it is skipped elsewhere. */
interface Entry {
  readonly pid: number
  readonly state: string
  readonly parent: number
  readonly group: number
}

function table(): Entry[] {
  return readdirSync('/proc').flatMap(name => {
    if (!/^\d+$/.test(name)) return []
    const stat = readIfThere(`/proc/${name}/stat`)
    // The name of the program is in brackets and may hold anything.
    const [state = '', parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === '' ? [] : [{ pid: Number(name), state, parent: Number(parent), group: Number(group) }]
  })
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** Worker processes of an engine. */
export function workersOf(pid: number): number[] {
  return table().flatMap(entry => (entry.parent === pid && entry.state !== 'Z' ? [entry.pid] : []))
}

/** What is left of a process that led a group of its own. */
export function leftOfGroup(group: number): number[] {
  return table().flatMap(entry => (entry.group === group && entry.state !== 'Z' ? [entry.pid] : []))
}

/** A process that ended meanwhile is nobody's concern. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
