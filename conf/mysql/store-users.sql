-- Run as root before the migrations, at every start. What the service may do is granted table by table
-- in store-grants.sql, after them.
CREATE DATABASE IF NOT EXISTS store CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Only from where its clients are: 127.0.0.1 on one machine, % where each runs in a container of its own.
CREATE USER IF NOT EXISTS 'migration'@'${CLIENT_HOST}' IDENTIFIED BY '${MIGRATION_PASSWORD}';
CREATE USER IF NOT EXISTS 'service'@'${CLIENT_HOST}' IDENTIFIED BY '${SERVICE_PASSWORD}';
CREATE USER IF NOT EXISTS 'maintenance'@'${CLIENT_HOST}' IDENTIFIED BY '${MAINTENANCE_PASSWORD}';
CREATE USER IF NOT EXISTS 'cdc'@'${CLIENT_HOST}' IDENTIFIED BY '${CDC_PASSWORD}';
-- A user who was there before keeps rights and gets today's password.
ALTER USER 'migration'@'${CLIENT_HOST}' IDENTIFIED BY '${MIGRATION_PASSWORD}';
ALTER USER 'service'@'${CLIENT_HOST}' IDENTIFIED BY '${SERVICE_PASSWORD}';
ALTER USER 'maintenance'@'${CLIENT_HOST}' IDENTIFIED BY '${MAINTENANCE_PASSWORD}';
ALTER USER 'cdc'@'${CLIENT_HOST}' IDENTIFIED BY '${CDC_PASSWORD}';

GRANT ALL ON store.* TO 'migration'@'${CLIENT_HOST}';
-- What Debezium needs to take a consistent snapshot and to follow the binlog; it writes nothing.
GRANT RELOAD, SHOW DATABASES, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO 'cdc'@'${CLIENT_HOST}';
-- Which tables it may read is granted in store-grants.sql.
GRANT LOCK TABLES ON store.* TO 'cdc'@'${CLIENT_HOST}';
