import type { Connection } from './connection.ts'
import type { ProjectorVersionRows, StoredVersion } from './store.ts'

interface Row {
  version_id: number
  projector_id: string
  model_key: string
  state: StoredVersion['state']
  created_ms: number
  report: string
  is_active: 0 | 1
}

export function createProjectorVersions(connection: Connection): ProjectorVersionRows {
  const columns = `version_id, projector_id, model_key, state, created_ms, report,
    EXISTS (SELECT 1 FROM active_projector AS active
            WHERE active.model_key = version.model_key AND active.version_id = version.version_id) AS is_active`
  const add = connection.prepare<[string, string, StoredVersion['state'], number, Uint8Array, string]>(
    'INSERT INTO projector_version (projector_id, model_key, state, created_ms, weights, report) VALUES (?, ?, ?, ?, ?, ?)'
  )
  const addTurn = connection.prepare<[number, number, Uint8Array]>(
    'INSERT INTO projector_turn (version_id, turn, weights) VALUES (?, ?, ?)'
  )
  const turns = connection.prepareValue<[number], Buffer>(
    'SELECT weights FROM projector_turn WHERE version_id = ? ORDER BY turn'
  )
  const list = connection.prepare<[string], Row>(
    `SELECT ${columns} FROM projector_version AS version WHERE model_key = ? ORDER BY version_id DESC`
  )
  const get = connection.prepare<[number], Row & { weights: Buffer }>(
    `SELECT ${columns}, weights FROM projector_version AS version WHERE version_id = ?`
  )
  const activeId = connection.prepareValue<[string], number>(
    'SELECT version_id FROM active_projector WHERE model_key = ?'
  )
  const retire = connection.prepare<[number]>(
    "UPDATE projector_version SET state = 'retired' WHERE version_id = ? AND state <> 'rejected'"
  )
  const use = connection.prepare<[string, number]>(
    `INSERT INTO active_projector (model_key, version_id) VALUES (?, ?)
     ON CONFLICT (model_key) DO UPDATE SET version_id = excluded.version_id`
  )
  const useNone = connection.prepare<[string]>('DELETE FROM active_projector WHERE model_key = ?')
  const saveReport = connection.prepare<[string, number]>(
    'UPDATE projector_version SET report = ? WHERE version_id = ?'
  )

  const withWeights: ProjectorVersionRows['get'] = versionId => {
    const row = get.get(versionId)
    return row && { ...versionOf(row), weights: new Uint8Array(row.weights) }
  }

  return {
    add({ projectorId, modelKey, state, createdMs, weights, report }, ofTurns = []) {
      let versionId = 0
      connection.transaction(() => {
        versionId = add.run(projectorId, modelKey, state, createdMs, weights, JSON.stringify(report)).rowid
        for (const [turn, own] of ofTurns.entries()) addTurn.run(versionId, turn, own)
      })
      return versionId
    },

    turns: versionId => turns.all(versionId).map(own => new Uint8Array(own)),

    list: modelKey => list.all(modelKey).map(versionOf),
    get: withWeights,

    active(modelKey) {
      const versionId = activeId.get(modelKey)
      return versionId === undefined ? null : (withWeights(versionId) ?? null)
    },

    activate(modelKey, versionId) {
      connection.transaction(() => {
        const before = activeId.get(modelKey)
        if (before === (versionId ?? undefined)) return
        if (before !== undefined) retire.run(before)
        if (versionId === null) useNone.run(modelKey)
        else use.run(modelKey, versionId)
      })
    },

    saveReport: (versionId, report) => void saveReport.run(JSON.stringify(report), versionId)
  }
}

function versionOf(row: Row): StoredVersion {
  return {
    versionId: row.version_id,
    projectorId: row.projector_id,
    modelKey: row.model_key,
    state: row.state,
    isActive: row.is_active === 1,
    createdMs: row.created_ms,
    report: JSON.parse(row.report) as unknown
  }
}
