import { stat } from 'node:fs/promises'

/** Which folder of which device something is, and the folders that it is in, up to the chosen one. */
export interface Identity {
  readonly device: bigint
  readonly inode: bigint
  readonly within: Identity | null
}

/** @throws the file system's error */
export async function identityOf(folder: string, within: Identity | null): Promise<Identity> {
  const { dev, ino } = await stat(folder, { bigint: true })
  return { device: dev, inode: ino, within }
}

/** Whether a folder shows one of those that it is in: a disk or folder that is mounted inside itself would go on for ever. */
export function isInsideItself({ device, inode, within }: Identity): boolean {
  // Some servers number nothing.
  if (inode === 0n) return false
  for (let above = within; above !== null; above = above.within)
    if (above.inode === inode && above.device === device) return true
  return false
}
