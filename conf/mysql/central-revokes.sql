-- Rights that only earlier versions used. Run when no process of an earlier version is left (decision 19). Each is granted
-- first, because a right that isn't there can't be revoked.
-- central-query's, when both services of central had one user.
GRANT INSERT, UPDATE ON central.stores TO 'service'@'${CLIENT_HOST}';
REVOKE INSERT, UPDATE ON central.stores FROM 'service'@'${CLIENT_HOST}';
GRANT INSERT, UPDATE, DELETE ON central.products TO 'service'@'${CLIENT_HOST}';
REVOKE INSERT, UPDATE, DELETE ON central.products FROM 'service'@'${CLIENT_HOST}';
GRANT INSERT ON central.product_changes TO 'service'@'${CLIENT_HOST}';
REVOKE INSERT ON central.product_changes FROM 'service'@'${CLIENT_HOST}';
GRANT INSERT, UPDATE, DELETE ON central.margins TO 'service'@'${CLIENT_HOST}';
REVOKE INSERT, UPDATE, DELETE ON central.margins FROM 'service'@'${CLIENT_HOST}';
GRANT ALTER, DROP, CREATE ON central_view.feed TO 'service'@'${CLIENT_HOST}';
REVOKE ALTER, DROP, CREATE ON central_view.feed FROM 'service'@'${CLIENT_HOST}';
-- Debezium's user read the whole schema.
GRANT SELECT ON central.* TO 'cdc'@'${CLIENT_HOST}';
REVOKE SELECT ON central.* FROM 'cdc'@'${CLIENT_HOST}';
