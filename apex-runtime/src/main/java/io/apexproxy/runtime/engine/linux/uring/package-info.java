/**
 * The engine {@code io_uring}: {@code UringTransport} has the {@code Ring} of a loop and its {@code BufferRing},
 * {@code UringSocketChannel} and {@code UringServerChannel} its channels.
 */
package io.apexproxy.runtime.engine.linux.uring;
