/**
 * Where what was said came from, format 10. Released: never edited (see migrations.ts).
 *
 * What was said of a content is copied to the content that takes its place in a file. A copy names the content of which it was
 * said, so that a file that is edited again and again leaves that one and its own, and nothing between them.
 */
export const carriedTables = `
      ALTER TABLE own_words ADD COLUMN carried_from TEXT;     -- a content_hash; NULL: it was said of this content
      ALTER TABLE hit_verdict ADD COLUMN carried_from TEXT`
