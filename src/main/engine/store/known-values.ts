import type { Connection } from './connection.ts'

/** A value that items have, and how many have it. */
export interface KnownValue {
  readonly name: string
  readonly items: number
}

/** What filters can be completed with: values of searchable items, the commonest first. */
export interface KnownValues {
  tags(): readonly KnownValue[]
  cameras(): readonly KnownValue[]
  /** Names of folders, chosen ones and those inside them. */
  folders(): readonly KnownValue[]
  years(): readonly KnownValue[]
}

/** More than anybody reads through; what is rarer is typed. */
const mostValues = 5000

export function createKnownValues(connection: Connection): KnownValues {
  const list = (sql: string): (() => readonly KnownValue[]) => {
    const query = connection.prepare<[number], KnownValue>(`${sql} ORDER BY items DESC, name LIMIT ?`)
    return () => query.all(mostValues)
  }
  const paths = connection.prepare<[], { folder_path: string; path: string; items: number }>(
    // The path without its last part: everything but what is left when all separators are taken away from the right.
    `SELECT folder.path AS folder_path, rtrim(item.path, replace(item.path, '/', '')) AS path, count(*) AS items
     FROM item JOIN folder USING (folder_id) WHERE is_searchable = 1 GROUP BY folder_id, 2`
  )
  return {
    tags: list(
      `SELECT min(name) AS name, count(DISTINCT item_id) AS items FROM tag JOIN item USING (item_id)
       WHERE is_searchable = 1 GROUP BY folded`
    ),
    cameras: list(
      `SELECT camera AS name, count(*) AS items FROM photo JOIN item USING (item_id)
       WHERE is_searchable = 1 AND camera IS NOT NULL GROUP BY camera`
    ),
    years: list(
      `SELECT strftime('%Y', date_local_ms / 1000, 'unixepoch') AS name, count(*) AS items FROM item
       WHERE is_searchable = 1 GROUP BY 1 HAVING name IS NOT NULL`
    ),
    folders() {
      const items = new Map<string, number>()
      for (const row of paths.all()) {
        const own = row.folder_path
          .split(/[\\/]/)
          .filter(part => part !== '')
          .at(-1)
        const parts = [...(own === undefined ? [] : [own]), ...row.path.split('/').filter(part => part !== '')]
        for (const part of new Set(parts)) items.set(part, (items.get(part) ?? 0) + row.items)
      }
      return [...items]
        .map(([name, count]) => ({ name, items: count }))
        .sort((a, b) => b.items - a.items || (a.name < b.name ? -1 : 1))
        .slice(0, mostValues)
    }
  }
}
