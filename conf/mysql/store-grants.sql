-- After the migrations: what the store's service may do, table by table.
-- The journal is append-only: no UPDATE, no DELETE, whoever asks.
GRANT SELECT ON store.* TO 'service'@'${CLIENT_HOST}';
GRANT INSERT ON store.journal TO 'service'@'${CLIENT_HOST}';
GRANT INSERT ON store.replays TO 'service'@'${CLIENT_HOST}';
GRANT INSERT, UPDATE ON store.head TO 'service'@'${CLIENT_HOST}';
GRANT INSERT, UPDATE ON store.stock TO 'service'@'${CLIENT_HOST}';
GRANT INSERT, UPDATE ON store.heartbeats TO 'service'@'${CLIENT_HOST}';
GRANT INSERT, DELETE ON store.requests TO 'service'@'${CLIENT_HOST}';
