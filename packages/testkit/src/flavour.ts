import type { Flavour } from '@shelfwire/platform'

/** The environment variable by which `npm test -- --db mariadb` passes the flavour on. */
export const FLAVOUR_VARIABLE = 'SHELFWIRE_TEST_DB'

/** The database server that this run's tests use: MySQL unless the run says MariaDB. */
export function testFlavour(): Flavour {
  return process.env[FLAVOUR_VARIABLE] === 'mariadb' ? 'mariadb' : 'mysql'
}
