/**
 * The tables of `reverie.db`, format 1. Released: never edited (see migrations.ts).
 *
 * [Note: float32 on disk] Vectors are BLOBs of float32, little-endian, as every machine that Reverie runs on has them in
 * memory. Sequences are float64, codes int8, scales float32. Since format 3 projections are int16: see math/int16.ts.
 *
 * [Note: what is searchable] An item is searchable from its first reading until a reading of it fails or it is removed: a
 * changed file waits to be read again, but what is known of it is still found. `status` says what indexing does next.
 *
 * [Note: word index] Contentless, because every text in it stands in another table already, and deletable by rowid. It
 * holds more than those texts: characters of scripts without spaces are cut apart and file names are split (word-terms.ts),
 * so neither SQLite's own `rebuild` nor an external-content table could know what to put in. Code adds rows, next to the
 * statement that writes the text; only deleting is left to a trigger on `word_row`, so that a cascade from `folder` or
 * `item` cannot leave words behind. Mn and Mc (marks) belong to words: without them Hindi and Thai words fall to pieces
 * at every vowel sign.
 */
export const libraryTables = `
      CREATE TABLE folder (
        folder_id    INTEGER PRIMARY KEY AUTOINCREMENT,
        path         TEXT    NOT NULL UNIQUE,   -- absolute, as the operating system writes it
        path_folded  TEXT    NOT NULL,          -- NFC, lower case, '/' between parts
        added_ms     INTEGER NOT NULL,
        is_reachable INTEGER NOT NULL DEFAULT 1 CHECK (is_reachable IN (0, 1)),
        problems     TEXT    NOT NULL DEFAULT '[]'   -- JSON: [{ path, reason }]
      ) STRICT;

      CREATE TABLE item (
        item_id             INTEGER PRIMARY KEY AUTOINCREMENT,   -- never reused: thumbnails lie in another database
        folder_id           INTEGER NOT NULL REFERENCES folder ON DELETE CASCADE,
        path                TEXT    NOT NULL,   -- relative, '/' between parts, as the file system spells it
        path_folded         TEXT    NOT NULL,
        kind                TEXT    NOT NULL CHECK (kind IN ('photo', 'note')),   -- by its name until it was read
        status              TEXT    NOT NULL CHECK (status IN ('waiting', 'indexed', 'failed')),
        is_searchable       INTEGER NOT NULL DEFAULT 0 CHECK (is_searchable IN (0, 1)),
        size_bytes          INTEGER NOT NULL,
        modified_ms         INTEGER NOT NULL,
        sidecar_paths       TEXT    NOT NULL,   -- JSON array
        sidecar_stamp       TEXT    NOT NULL,
        content_hash        TEXT,               -- of what was read last
        format              TEXT,
        title               TEXT,
        date_local_ms       INTEGER,
        date_offset_minutes INTEGER,
        date_source         TEXT,
        failure_code        TEXT,
        failure_reason      TEXT,
        UNIQUE (folder_id, path),
        CHECK ((status = 'failed') = (failure_code IS NOT NULL)),
        CHECK (status <> 'indexed' OR is_searchable = 1),
        CHECK (status <> 'failed' OR is_searchable = 0),
        CHECK (is_searchable = 0 OR (content_hash IS NOT NULL AND date_local_ms IS NOT NULL))
      ) STRICT;
      CREATE INDEX item_by_status ON item (status);
      CREATE INDEX item_by_folder_status ON item (folder_id, status);
      CREATE INDEX item_by_content ON item (content_hash);
      CREATE INDEX item_by_date ON item (date_local_ms) WHERE is_searchable = 1;
      CREATE INDEX item_by_kind ON item (kind) WHERE is_searchable = 1;

      CREATE TABLE photo (
        item_id         INTEGER PRIMARY KEY REFERENCES item ON DELETE CASCADE,
        width_px        INTEGER NOT NULL,
        height_px       INTEGER NOT NULL,
        thumbhash       BLOB    NOT NULL,
        perceptual_hash TEXT    NOT NULL,
        latitude        REAL,
        longitude       REAL,
        camera          TEXT,
        lens            TEXT,
        camera_folded   TEXT,                   -- camera and lens, for part of either name
        description     TEXT
      ) STRICT;
      CREATE INDEX photo_by_place ON photo (latitude, longitude) WHERE latitude IS NOT NULL;
      CREATE INDEX photo_by_camera ON photo (camera_folded) WHERE camera_folded IS NOT NULL;

      CREATE TABLE photo_text (                 -- what was written about a photo, as it is encoded
        item_id INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
        part    INTEGER NOT NULL CHECK (part >= 1),   -- 0 is the picture
        text    TEXT    NOT NULL,
        PRIMARY KEY (item_id, part)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE passage (
        item_id     INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
        part        INTEGER NOT NULL CHECK (part >= 0),
        start_utf16 INTEGER NOT NULL,           -- offsets into the note's decoded text
        end_utf16   INTEGER NOT NULL,
        heading     TEXT    NOT NULL,
        text        TEXT    NOT NULL,
        PRIMARY KEY (item_id, part)
      ) STRICT;

      CREATE TABLE tag (                        -- a photo's keywords, a note's tags
        item_id  INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
        position INTEGER NOT NULL,
        name     TEXT    NOT NULL,
        folded   TEXT    NOT NULL,
        PRIMARY KEY (item_id, position)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX tag_by_name ON tag (folded, item_id);

      CREATE TABLE link (
        link_id     INTEGER PRIMARY KEY,
        from_id     INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
        start_utf16 INTEGER NOT NULL,
        kind        TEXT    NOT NULL CHECK (kind IN ('embed', 'wikilink', 'link')),
        target      TEXT    NOT NULL,
        text        TEXT    NOT NULL,
        part        INTEGER NOT NULL,
        to_id       INTEGER REFERENCES item ON DELETE SET NULL   -- the note still says it when the photo is gone
      ) STRICT;
      CREATE INDEX link_from ON link (from_id, start_utf16);
      CREATE INDEX link_to ON link (to_id);

      CREATE TABLE encoded (                    -- which models have encoded an item's content
        item_id   INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
        model_key TEXT    NOT NULL,
        PRIMARY KEY (item_id, model_key)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE encoder (
        encoder_id INTEGER PRIMARY KEY,
        name       TEXT    NOT NULL UNIQUE,     -- sha256 of the tower
        dimension  INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE embedding (
        sequence   INTEGER PRIMARY KEY AUTOINCREMENT,   -- grows with every save: galleries follow it
        item_id    INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
        part       INTEGER NOT NULL CHECK (part >= 0),  -- 0 for a picture, ≥ 1 for texts about it; a note's passage
        turn_deg   INTEGER NOT NULL CHECK (turn_deg IN (0, 90, 180, 270)),   -- other than 0 only for training photos
        encoder_id INTEGER NOT NULL REFERENCES encoder ON DELETE CASCADE,
        vector     BLOB    NOT NULL,            -- float32 little-endian, unit length
        UNIQUE (item_id, part, turn_deg, encoder_id)
      ) STRICT;
      CREATE INDEX embedding_by_encoder ON embedding (encoder_id, turn_deg, sequence);

      CREATE TABLE space (                      -- a projector and a tower
        space_id  INTEGER PRIMARY KEY,
        name      TEXT    NOT NULL UNIQUE,
        dimension INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE projection (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        item_id  INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
        part     INTEGER NOT NULL CHECK (part >= 0),
        space_id INTEGER NOT NULL REFERENCES space ON DELETE CASCADE,
        vector   BLOB    NOT NULL,
        UNIQUE (item_id, part, space_id)
      ) STRICT;
      CREATE INDEX projection_by_space ON projection (space_id, sequence, item_id, part);   -- keys without their vectors

      CREATE TABLE code_chunk (
        chunk_id       INTEGER PRIMARY KEY,
        space_id       INTEGER NOT NULL REFERENCES space ON DELETE CASCADE,
        first_sequence INTEGER NOT NULL,
        last_sequence  INTEGER NOT NULL,
        sequences      BLOB    NOT NULL,        -- float64, ascending
        codes          BLOB    NOT NULL,        -- int8 [n, k]
        scales         BLOB    NOT NULL         -- float32 [n]
      ) STRICT;
      CREATE INDEX code_chunk_by_space ON code_chunk (space_id, first_sequence);

      CREATE TABLE setting (
        name  TEXT PRIMARY KEY,
        value TEXT NOT NULL                     -- JSON
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE word_row (                   -- part −1: title, file name, description and keywords; else the passage
        word_id INTEGER PRIMARY KEY,
        item_id INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
        part    INTEGER NOT NULL,
        UNIQUE (item_id, part)
      ) STRICT;
      CREATE VIRTUAL TABLE word_index USING fts5 (
        title, name, description, keywords, text,
        content = '', contentless_delete = 1,
        tokenize = "porter unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
      );
      CREATE TRIGGER word_row_gone AFTER DELETE ON word_row BEGIN
        DELETE FROM word_index WHERE rowid = old.word_id;
      END;`
