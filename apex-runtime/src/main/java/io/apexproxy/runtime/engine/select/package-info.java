/**
 * The engine {@code select}: loops over NIO selectors, for each system and each version of Java.
 *
 * <p>{@link io.apexproxy.runtime.engine.select.SelectTransport} has the selector of a loop,
 * {@code NioSocketChannel} and {@code NioServerChannel} its sockets. Package {@code engine.loop} has the rest of the
 * loop.
 */
package io.apexproxy.runtime.engine.select;
