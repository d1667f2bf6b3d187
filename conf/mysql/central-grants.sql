-- After the migrations: what central's two services may do, table by table.
GRANT SELECT ON central.* TO 'service'@'%';
GRANT SELECT ON central_view.* TO 'service'@'%';
GRANT INSERT, UPDATE ON central.stores TO 'service'@'%';
GRANT INSERT, UPDATE ON central.cursors TO 'service'@'%';
GRANT INSERT, UPDATE, DELETE ON central.holes TO 'service'@'%';
GRANT INSERT, UPDATE ON central.stock TO 'service'@'%';
GRANT INSERT, UPDATE ON central.parked TO 'service'@'%';
GRANT INSERT, UPDATE, DELETE ON central.halts TO 'service'@'%';
GRANT INSERT, UPDATE ON central.command_heads TO 'service'@'%';
GRANT INSERT ON central.commands TO 'service'@'%';
GRANT INSERT, UPDATE ON central.feed_head TO 'service'@'%';
GRANT INSERT, UPDATE ON central.clock_bounds TO 'service'@'%';
GRANT INSERT, UPDATE, DELETE ON central.products TO 'service'@'%';
GRANT INSERT ON central.product_changes TO 'service'@'%';
GRANT INSERT, UPDATE, DELETE ON central.margins TO 'service'@'%';
GRANT INSERT ON central_view.ledger TO 'service'@'%';
GRANT INSERT, UPDATE ON central_view.daily_sales TO 'service'@'%';
-- ALTER and DROP: old feed rows go by partition.
GRANT INSERT, ALTER, DROP, CREATE ON central_view.feed TO 'service'@'%';
