-- After the migrations: what the store's service may do, table by table.
-- The journal is append-only: no UPDATE, no DELETE, whoever asks.
GRANT SELECT ON store.* TO 'service'@'%';
GRANT INSERT ON store.journal TO 'service'@'%';
GRANT INSERT ON store.replays TO 'service'@'%';
GRANT INSERT, UPDATE ON store.head TO 'service'@'%';
GRANT INSERT, UPDATE ON store.stock TO 'service'@'%';
GRANT INSERT, UPDATE ON store.heartbeats TO 'service'@'%';
GRANT INSERT, DELETE ON store.requests TO 'service'@'%';
