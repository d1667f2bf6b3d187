-- Run as root before the migrations, at every start. What the services may do is granted table by table
-- in central-grants.sql, after them.
CREATE DATABASE IF NOT EXISTS central CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
-- Big derived tables; a server without replicas may leave this schema out of its binlog.
CREATE DATABASE IF NOT EXISTS central_view CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
-- The schemas of what travels through Kafka: kept by the registry itself, in tables of its own.
CREATE DATABASE IF NOT EXISTS registry CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Only from where its clients are: 127.0.0.1 on one machine, % where each runs in a container of its own.
CREATE USER IF NOT EXISTS 'migration'@'${CLIENT_HOST}' IDENTIFIED BY '${MIGRATION_PASSWORD}';
CREATE USER IF NOT EXISTS 'service'@'${CLIENT_HOST}' IDENTIFIED BY '${SERVICE_PASSWORD}';
CREATE USER IF NOT EXISTS 'maintenance'@'${CLIENT_HOST}' IDENTIFIED BY '${MAINTENANCE_PASSWORD}';
CREATE USER IF NOT EXISTS 'query'@'${CLIENT_HOST}' IDENTIFIED BY '${QUERY_PASSWORD}';
CREATE USER IF NOT EXISTS 'cdc'@'${CLIENT_HOST}' IDENTIFIED BY '${CDC_PASSWORD}';
CREATE USER IF NOT EXISTS 'registry'@'${CLIENT_HOST}' IDENTIFIED BY '${REGISTRY_PASSWORD}';
-- A user who was there before keeps rights and gets today's password.
ALTER USER 'migration'@'${CLIENT_HOST}' IDENTIFIED BY '${MIGRATION_PASSWORD}';
ALTER USER 'service'@'${CLIENT_HOST}' IDENTIFIED BY '${SERVICE_PASSWORD}';
ALTER USER 'maintenance'@'${CLIENT_HOST}' IDENTIFIED BY '${MAINTENANCE_PASSWORD}';
ALTER USER 'query'@'${CLIENT_HOST}' IDENTIFIED BY '${QUERY_PASSWORD}';
ALTER USER 'cdc'@'${CLIENT_HOST}' IDENTIFIED BY '${CDC_PASSWORD}';
ALTER USER 'registry'@'${CLIENT_HOST}' IDENTIFIED BY '${REGISTRY_PASSWORD}';

GRANT ALL ON central.* TO 'migration'@'${CLIENT_HOST}';
GRANT ALL ON central_view.* TO 'migration'@'${CLIENT_HOST}';
GRANT ALL ON registry.* TO 'registry'@'${CLIENT_HOST}';
-- What Debezium needs to take a consistent snapshot and to follow the binlog; it writes nothing.
GRANT RELOAD, SHOW DATABASES, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO 'cdc'@'${CLIENT_HOST}';
-- Which tables it may read is granted in central-grants.sql.
GRANT LOCK TABLES ON central.* TO 'cdc'@'${CLIENT_HOST}';
