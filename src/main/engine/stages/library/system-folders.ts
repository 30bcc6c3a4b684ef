import { readFile, realpath, statfs } from 'node:fs/promises'
import { sep } from 'node:path'
import { identityOf } from './identity.ts'

/*
 * Folders that show the state of the system instead of files: /proc, /sys and their kind. Reading them never ends, wakes
 * devices, or finds texts that are nobody's notes. They are known by the kind of their file system, where one is mounted, and a
 * few by their place.
 */

/** As /proc/self/mountinfo names them, with the number by which `statfs` knows them (linux/magic.h; the kernel's sources). */
const systemKinds: Readonly<Record<string, number | null>> = {
  ...{ proc: 0x9fa0, sysfs: 0x62656572, devpts: 0x1cd1, devtmpfs: null, cgroup: 0x27e0eb, cgroup2: 0x63677270 },
  ...{ tracefs: 0x74726163, debugfs: 0x64626720, securityfs: 0x73636673, configfs: 0x62656570, pstore: 0x6165676c },
  ...{ bpf: 0xcafe4a11, selinuxfs: 0xf97cff8c, smackfs: 0x43415d53, efivarfs: 0xde5e81e4, binfmt_misc: 0x42494e4d },
  ...{ mqueue: 0x19800202, hugetlbfs: 0x958458f6, nsfs: 0x6e736673, rpc_pipefs: 0x67596969, binder: 0x6c6f6f70 },
  ...{ binderfs: null, fusectl: 0x65735543, resctrl: 0x7655821, devfs: null, fdesc: null, linprocfs: null }
}
const systemNumbers = new Set(Object.values(systemKinds).filter(number => number !== null))

/** What shows other places: a server's homes before they are connected, a desktop's shares. Opening all of it would wake each. */
const onDemandKinds = new Set(['autofs', 'fuse.gvfsd-fuse', 'fuse.portal'])

/** By place, whatever is mounted there. */
const systemPlaces: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ['/proc', '/sys', '/dev', '/run'],
  darwin: ['/dev', '/net', '/home', '/System/Volumes', '/Network/Servers'],
  freebsd: ['/dev', '/proc']
}

/** Below these too, nothing is a person's: what is mounted below the others (a disk in /run/media) may be chosen by itself. */
const wholePlaces: readonly string[] = ['/proc', '/sys']

export const systemReason = 'Left out: a system folder, which holds no files of yours.'
export const onDemandReason =
  'Left out: it only shows what is elsewhere, and connects to it when it is opened. To have that, choose the folder itself.'

/**
 * Why a folder that a scan came to is left out; null when it is not.
 *
 * @param realPath  without symbolic links
 * @param device  as `stat` gives it
 * @param aboveDevice  of the folder that it is in; null for a chosen folder
 */
export async function reasonToSkip(
  realPath: string,
  device: bigint,
  aboveDevice: bigint | null
): Promise<string | null> {
  if (isSystemPlace(realPath)) return systemReason
  if (device === aboveDevice) return null
  const kind = await kindOf(realPath, device)
  if (kind === 'system') return systemReason
  // Whoever chose such a folder itself wants what is in it.
  return kind === 'on-demand' && aboveDevice !== null ? onDemandReason : null
}

/** Whether a folder that is to be chosen is one of them. @throws the file system's error */
export async function isSystemFolder(folder: string): Promise<boolean> {
  const real = await realpath(folder)
  const { device } = await identityOf(real, null)
  return (await reasonToSkip(real, device, null)) === systemReason
}

function isSystemPlace(realPath: string): boolean {
  const places = systemPlaces[process.platform] ?? []
  return places.includes(realPath) || (process.platform === 'linux' && isBelow(realPath, wholePlaces))
}

function isBelow(path: string, places: readonly string[]): boolean {
  return places.some(place => path.startsWith(place + sep))
}

async function kindOf(realPath: string, device: bigint): Promise<'system' | 'on-demand' | null> {
  if (process.platform === 'win32') return null
  // The table of mounts is asked first, because `statfs` itself would connect what is connected on demand.
  const mounted = process.platform === 'linux' ? await mountedKind(device) : undefined
  if (mounted !== undefined) {
    if (Object.hasOwn(systemKinds, mounted)) return 'system'
    return onDemandKinds.has(mounted) ? 'on-demand' : null
  }
  if (process.platform !== 'linux') return null
  const { type } = await statfs(realPath)
  return systemNumbers.has(type) ? 'system' : null
}

/** The kind of the file system with this device number; undefined where the table does not know it (btrfs). */
async function mountedKind(device: bigint): Promise<string | undefined> {
  const table = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '')
  return kindInTable(table, device)
}

/**
 * @param table  as proc(5) describes /proc/self/mountinfo: `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw`
 * @param device  as the C library puts a major and a minor number together
 */
export function kindInTable(table: string, device: bigint): string | undefined {
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn)
  const minor = (device & 0xffn) | ((device >> 12n) & ~0xffn)
  const wanted = `${major}:${minor}`
  for (const line of table.split('\n')) {
    const [before = '', after = ''] = line.split(' - ', 2)
    if (before.split(' ')[2] === wanted) return after.split(' ')[0]
  }
  return undefined
}
