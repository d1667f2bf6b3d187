-- After the migrations: what the store's service may do, table by table.
-- The journal is append-only: no UPDATE, no DELETE, for any user but root.
GRANT SELECT ON store.* TO 'service'@'${CLIENT_HOST}';
GRANT INSERT ON store.journal TO 'service'@'${CLIENT_HOST}';
GRANT INSERT ON store.replays TO 'service'@'${CLIENT_HOST}';
GRANT INSERT, UPDATE ON store.head TO 'service'@'${CLIENT_HOST}';
GRANT INSERT, UPDATE ON store.stock TO 'service'@'${CLIENT_HOST}';
GRANT INSERT, UPDATE ON store.heartbeats TO 'service'@'${CLIENT_HOST}';
GRANT INSERT, DELETE ON store.requests TO 'service'@'${CLIENT_HOST}';
-- Makes and drops partitions of what is kept for a time, and does nothing else: one session of the service, opened for
-- that alone. A partition is added or dropped with ALTER, CREATE, INSERT and DROP; it reads and deletes no row.
GRANT ALTER, CREATE, INSERT, DROP ON store.journal TO 'maintenance'@'${CLIENT_HOST}';
GRANT ALTER, CREATE, INSERT, DROP ON store.replays TO 'maintenance'@'${CLIENT_HOST}';

-- Debezium's user reads the captured tables, for snapshots and their SHOW CREATE TABLE, and sees no others.
GRANT SELECT ON store.journal TO 'cdc'@'${CLIENT_HOST}';
GRANT SELECT ON store.heartbeats TO 'cdc'@'${CLIENT_HOST}';
GRANT SELECT ON store.replays TO 'cdc'@'${CLIENT_HOST}';
