/** The most units in one line. */
export const MAX_QUANTITY = 1_000_000
/** The highest level a SKU may reach in one store; keeps every sum inside a 32-bit column. */
export const MAX_LEVEL = 1_000_000_000
// Lengths of text are in Unicode code points (text-length.ts), as are the lengths of the database's columns.
export const MAX_SKU_LENGTH = 64
export const MAX_CALLER_LENGTH = 64
export const MAX_HOLD_ID_LENGTH = 64
export const MAX_REFERENCE_LENGTH = 128
export const MAX_REASON_LENGTH = 256
/** An `Idempotency-Key`, which the journal calls `request_id`. */
export const MAX_KEY_LENGTH = 128
/** Lines in one sale, receipt, return, adjustment or count. */
export const MAX_LINES = 1_000
/** Requests in one batch of an uploading till. */
export const MAX_BATCH_REQUESTS = 500
/** Lines in all requests of one batch together. */
export const MAX_BATCH_LINES = 5_000
/** Counts of one SKU in one batch. */
export const MAX_BATCH_COUNTS_OF_SKU = 3
/** Rows in one page of any list. */
export const MAX_PAGE = 1_000
