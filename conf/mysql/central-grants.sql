-- After the migrations: what central's two services may do, table by table.
-- central-update applies the journals.
GRANT SELECT ON central.* TO 'service'@'${CLIENT_HOST}';
GRANT SELECT ON central_view.* TO 'service'@'${CLIENT_HOST}';
GRANT INSERT, UPDATE ON central.cursors TO 'service'@'${CLIENT_HOST}';
GRANT INSERT, UPDATE, DELETE ON central.gaps TO 'service'@'${CLIENT_HOST}';
GRANT INSERT, UPDATE ON central.stock TO 'service'@'${CLIENT_HOST}';
GRANT INSERT, UPDATE, DELETE ON central.parked TO 'service'@'${CLIENT_HOST}';
-- What central-query has written; the old rows.
GRANT DELETE ON central.product_changes TO 'service'@'${CLIENT_HOST}';
GRANT INSERT, UPDATE, DELETE ON central.halts TO 'service'@'${CLIENT_HOST}';
GRANT INSERT, UPDATE ON central.command_heads TO 'service'@'${CLIENT_HOST}';
GRANT INSERT ON central.commands TO 'service'@'${CLIENT_HOST}';
GRANT INSERT, UPDATE ON central.feed_head TO 'service'@'${CLIENT_HOST}';
GRANT INSERT, UPDATE ON central.clock_bounds TO 'service'@'${CLIENT_HOST}';
GRANT INSERT ON central_view.ledger TO 'service'@'${CLIENT_HOST}';
GRANT INSERT, UPDATE ON central_view.daily_sales TO 'service'@'${CLIENT_HOST}';
GRANT INSERT ON central_view.feed TO 'service'@'${CLIENT_HOST}';
-- central-query answers, and keeps what people set; each change of that takes a number of the feed.
GRANT SELECT ON central.* TO 'query'@'${CLIENT_HOST}';
GRANT SELECT ON central_view.* TO 'query'@'${CLIENT_HOST}';
GRANT INSERT, UPDATE ON central.stores TO 'query'@'${CLIENT_HOST}';
GRANT INSERT, UPDATE, DELETE ON central.products TO 'query'@'${CLIENT_HOST}';
GRANT INSERT ON central.product_changes TO 'query'@'${CLIENT_HOST}';
GRANT INSERT, UPDATE, DELETE ON central.margins TO 'query'@'${CLIENT_HOST}';
GRANT UPDATE ON central.feed_head TO 'query'@'${CLIENT_HOST}';
GRANT INSERT ON central_view.feed TO 'query'@'${CLIENT_HOST}';
-- Makes and drops partitions of what is kept for a time, and does nothing else: one session of central-update, opened
-- for that alone. A partition is added or dropped with ALTER, CREATE, INSERT and DROP; it reads and deletes no row.
GRANT ALTER, CREATE, INSERT, DROP ON central.commands TO 'maintenance'@'${CLIENT_HOST}';
GRANT ALTER, CREATE, INSERT, DROP ON central_view.ledger TO 'maintenance'@'${CLIENT_HOST}';
GRANT ALTER, CREATE, INSERT, DROP ON central_view.daily_sales TO 'maintenance'@'${CLIENT_HOST}';
GRANT ALTER, CREATE, INSERT, DROP ON central_view.feed TO 'maintenance'@'${CLIENT_HOST}';

-- Debezium's user reads the captured table, for snapshots and their SHOW CREATE TABLE, and sees no others.
GRANT SELECT ON central.commands TO 'cdc'@'${CLIENT_HOST}';
