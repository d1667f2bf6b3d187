/**
 * Prepares a session that fills tables from a recursive query of up to `rows` rows, past the binlog. MySQL skips the
 * second comment, MariaDB the first.
 */
export function fillingSession(rows: number): string {
  return `SET SESSION sql_log_bin = 0
    /*!80003 , cte_max_recursion_depth = ${rows} */ /*M! , max_recursive_iterations = ${rows} */`
}
