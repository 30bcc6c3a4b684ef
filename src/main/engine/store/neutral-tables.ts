/** Format 7. Derived: made again from the captions that the app brings, whenever these or the text tower are others. */
export const neutralCaptionTables = `
      CREATE TABLE neutral_caption (
        encoder TEXT    NOT NULL,   -- the text tower
        list    TEXT    NOT NULL,   -- sha256 of the captions
        place   INTEGER NOT NULL,   -- in the list
        vector  BLOB    NOT NULL,   -- float32; empty: the tower knows no word of it
        tokens  BLOB    NOT NULL,   -- as in embedding
        PRIMARY KEY (encoder, place)
      ) STRICT, WITHOUT ROWID;`
