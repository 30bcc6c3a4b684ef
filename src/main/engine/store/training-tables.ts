/**
 * What training adds to `reverie.db`, format 2. Released: never edited (see migrations.ts).
 *
 * The active version is one row of `active_projector`, so that switching is one statement. A model without a row there
 * uses its pack's own map.
 */
export const trainingTables = `
      ALTER TABLE embedding ADD COLUMN tokens BLOB;   -- of a text: int32 token ids of the text tower's first tokenizer; NULL: not known yet

      CREATE TABLE projector_version (
        version_id   INTEGER PRIMARY KEY AUTOINCREMENT,
        projector_id TEXT    NOT NULL,          -- sha256 over the weights
        model_key    TEXT    NOT NULL,          -- the pair of towers that it maps
        state        TEXT    NOT NULL CHECK (state IN ('candidate', 'retired', 'rejected')),   -- apart from being active
        created_ms   INTEGER NOT NULL,
        weights      BLOB    NOT NULL,          -- a projector file
        report       TEXT    NOT NULL           -- JSON: seed, pair hash, device, duration, verdict, curves
      ) STRICT;
      CREATE INDEX projector_version_by_model ON projector_version (model_key, version_id);

      CREATE TABLE active_projector (
        model_key  TEXT    PRIMARY KEY,
        version_id INTEGER NOT NULL REFERENCES projector_version ON DELETE CASCADE
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE pair_verdict (               -- what the user said of a photo and a text; wins over mining
        photo_id    INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
        text_folded TEXT    NOT NULL,           -- the words of the text, as pairs are told apart
        note_id     INTEGER REFERENCES item ON DELETE SET NULL,
        text        TEXT    NOT NULL,
        verdict     TEXT    NOT NULL CHECK (verdict IN ('confirmed', 'rejected')),
        said_ms     INTEGER NOT NULL,
        PRIMARY KEY (photo_id, text_folded)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX pair_verdict_by_note ON pair_verdict (note_id);   -- removing an item looks for what refers to it`
