/**
 * The health check {@code jdbc}: each probe connects to the backend with a JDBC driver, runs a query, compares the
 * first column of the first row, and closes the connection.
 *
 * <p>{@code JdbcCheck} is the check of one pool, {@code JdbcProbe} one probe. A driver blocks, so its calls run on
 * {@code DriverThreads}, never on the executor of the instance. That executor only has the timers, which end a probe in
 * time even if the driver never returns.
 *
 * <p>{@code Drivers} finds the drivers in the directory of the plugin. {@code UrlTemplate}, {@code Login},
 * {@code DriverDefaults} and {@code Query} are the settings. {@code Secrets} and {@code Failures} make reasons of
 * what a driver throws.
 *
 * <p>A probe does not keep its connection: a new one also tests that the server accepts clients, needs no state, and
 * cannot be one that a firewall has dropped silently.
 */
package io.apexproxy.health.jdbc;
