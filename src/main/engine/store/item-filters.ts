import type { ItemFilters, ItemId } from '../base/domain.ts'
import type { Connection, Query } from './connection.ts'
import { fold } from './paths.ts'
import type { ItemRows } from './store.ts'

/** Mean radius, IUGG. */
const earthRadiusKm = 6371.0088
const degrees = Math.PI / 180

type Parameter = string | number

interface Condition {
  readonly sql: string
  readonly parameters: readonly Parameter[]
}

/** Finds items by what is known of them. Statements are prepared once per combination of filters. */
export function createItemFilters(connection: Connection): Pick<ItemRows, 'matching' | 'newest' | 'oldest'> {
  const prepared = new Map<string, Query<Parameter[], ItemId>>()

  function run(conditions: readonly Condition[], order: string, ...limit: Parameter[]): ItemId[] {
    const sql = `SELECT item_id FROM item WHERE ${conditions.map(condition => condition.sql).join(' AND ')} ${order}`
    const query = prepared.get(sql) ?? connection.prepareValue<Parameter[], ItemId>(sql)
    prepared.set(sql, query)
    return query.all(...conditions.flatMap(condition => condition.parameters), ...limit)
  }

  return {
    // Asked for in order, SQLite would rather walk all items than go by an index and sort the few that it finds.
    matching: filters => run(conditionsOf(filters), 'ORDER BY +item_id'),

    newest: (limit, filters) =>
      run(conditionsOf(filters), `ORDER BY ${dateOf(filters)} DESC, item_id DESC LIMIT ?`, limit),
    oldest: (limit, filters) => run(conditionsOf(filters), `ORDER BY ${dateOf(filters)}, item_id LIMIT ?`, limit)
  }
}

const dateOf = ({ isFailed, isUnreachable }: ItemFilters): string =>
  isFailed === true || isUnreachable === true ? 'modified_ms' : 'date_local_ms'

function conditionsOf({ without = [], ...filters }: ItemFilters): Condition[] {
  const asked = wantedBy(filters)
  // What failed is not searchable, and is shown only to somebody who asks for it.
  const isOfState = filters.isFailed === true || filters.isUnreachable === true
  return [...(isOfState ? [] : [is('is_searchable = 1')]), ...asked, ...without.flatMap(wantedBy).map(not)]
}

function not({ sql, parameters }: Condition): Condition {
  return { sql: `NOT (${sql})`, parameters }
}

/** What each filter asks for; none of the conditions is ever NULL. */
function wantedBy(filters: Omit<ItemFilters, 'without'>): Condition[] {
  const { kind, folders = [], afterMs, beforeMs, camera, near, tags = [] } = filters
  const all: Condition[] = []
  if (filters.isFailed === true) all.push(is(`state = 'failed'`))
  else if (filters.isUnreachable === true) all.push(is(`state = 'unreachable'`))
  if (kind !== undefined) all.push(is('kind = ?', kind))
  for (const part of folders) {
    all.push(
      is(
        `instr((SELECT path_folded FROM folder WHERE folder_id = item.folder_id) || '/' || path_folded, ?) > 0`,
        fold(part)
      )
    )
  }
  if (afterMs !== undefined) all.push(is('date_local_ms >= ?', afterMs))
  if (beforeMs !== undefined) all.push(is('date_local_ms < ?', beforeMs))
  if (camera !== undefined) {
    all.push(
      is(
        'item_id IN (SELECT item_id FROM photo WHERE camera_folded IS NOT NULL AND instr(camera_folded, ?) > 0)',
        fold(camera)
      )
    )
  }
  if (near !== undefined) all.push(nearCondition(near))
  for (const tag of tags.map(fold)) {
    // What begins with it and a slash: 0 is the sign after the slash.
    const under = 'UNION ALL SELECT item_id FROM tag WHERE folded >= ? AND folded < ?'
    all.push(is(`item_id IN (SELECT item_id FROM tag WHERE folded = ? ${under})`, tag, `${tag}/`, `${tag}0`))
  }
  if (filters.isFavourite === true)
    all.push(is('ifnull(content_hash IN (SELECT content_hash FROM own_words WHERE is_favourite = 1), 0)'))
  return all
}

function is(sql: string, ...parameters: Parameter[]): Condition {
  return { sql, parameters }
}

/**
 * Within a great-circle distance (haversine). The box around the circle comes first, because an index finds it; it is cut
 * in two where it crosses the 180th meridian, and goes all around where it holds a pole.
 */
function nearCondition({ latitude, longitude, radiusKm }: NonNullable<ItemFilters['near']>): Condition {
  const angle = radiusKm / earthRadiusKm
  const [south, north] = [latitude - angle / degrees, latitude + angle / degrees]
  const holdsPole = south <= -90 || north >= 90
  const width = holdsPole ? 180 : Math.asin(Math.min(1, Math.sin(angle) / Math.cos(latitude * degrees))) / degrees
  const [west, east] = width >= 180 ? [-180, 180] : [wrapped(longitude - width), wrapped(longitude + width)]
  const distance = `2 * asin(min(1, sqrt(
    pow(sin(radians(latitude - ?) / 2), 2) + cos(radians(?)) * cos(radians(latitude)) * pow(sin(radians(longitude - ?) / 2), 2))))`
  return is(
    `item_id IN (SELECT item_id FROM photo WHERE latitude IS NOT NULL AND latitude BETWEEN ? AND ?
       AND (longitude ${west <= east ? 'BETWEEN ? AND ?' : '>= ? OR longitude <= ?'}) AND ${distance} <= ?)`,
    ...[south, north, west, east, latitude, latitude, longitude, angle]
  )
}

function wrapped(longitude: number): number {
  return ((((longitude + 180) % 360) + 360) % 360) - 180
}
