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
    const [state = '', parent, group] = afterName(stat)
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

/** Whether anything of a group works, or would if it were given a processor or what it waits for from a disk. */
export function isGroupBusy(group: number): boolean {
  return leftOfGroup(group).some(pid => threadsOf(pid).some(stat => /^[RD]$/.test(stateOf(stat))))
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(thread => readIfThere(`/proc/${pid}/task/${thread}/stat`))
  } catch {
    return []
  }
}

/** The name of the program is in brackets and may hold anything. */
function afterName(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

function stateOf(stat: string): string {
  return afterName(stat)[0] ?? ''
}

/** A process that ended meanwhile is nobody's concern. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
