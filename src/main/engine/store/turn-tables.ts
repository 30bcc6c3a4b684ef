/**
 * What judging in turn adds to `reverie.db`, format 8. Released: never edited (see migrations.ts).
 *
 * A version was judged by turns of its training, each on groups of photos that it did not see. The next training is compared with the same turns,
 * because the version itself has seen most of what would judge it.
 */
export const turnTables = `
      CREATE TABLE projector_turn (
        version_id INTEGER NOT NULL REFERENCES projector_version ON DELETE CASCADE,
        turn       INTEGER NOT NULL,          -- from 0
        weights    BLOB    NOT NULL,          -- a projector file: what the turn adds to the model's own map
        PRIMARY KEY (version_id, turn)
      ) STRICT, WITHOUT ROWID;`
