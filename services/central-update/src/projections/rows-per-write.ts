/** Rows in one statement: few enough that building its text doesn't keep the other lanes of the process waiting. */
export const ROWS_PER_WRITE = 2_000
