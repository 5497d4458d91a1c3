/**
 * Health checks of database servers: each probe opens a connection, speaks as much of the protocol of the server as the
 * result needs, and ends the connection in the way that the server expects.
 *
 * <p>{@code DatabaseCheck} is the check of one pool. {@code MysqlExchange}, {@code PostgresExchange} and {@code
 * RedisExchange} are the protocols of one probe. They share {@code MessageExchange}, which collects the bytes of the
 * next message and bounds its length. {@code MysqlMessages} and {@code PostgresMessages} encode and decode messages
 * without channels.
 */
package io.apexproxy.health.database;
