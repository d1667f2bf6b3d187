-- Rights that only earlier versions used. Run when no process of an earlier version is left (decision 19). Each is granted
-- first, because a right that isn't there can't be revoked.
-- Debezium's user read the whole schema.
GRANT SELECT ON store.* TO 'cdc'@'${CLIENT_HOST}';
REVOKE SELECT ON store.* FROM 'cdc'@'${CLIENT_HOST}';
