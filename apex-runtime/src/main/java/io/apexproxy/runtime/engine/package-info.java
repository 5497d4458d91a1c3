/**
 * The interface of an engine: event loops and their channels.
 *
 * <p>An {@link io.apexproxy.runtime.engine.Engine} opens {@link io.apexproxy.runtime.engine.Loop}s. A loop is one
 * thread with channels, tasks and timers. {@link io.apexproxy.runtime.engine.LoopSocketChannel} and
 * {@link io.apexproxy.runtime.engine.LoopServerSocketChannel} extend the asynchronous channels of
 * {@code java.nio.channels} with the operations that a relay needs in addition. The relay uses only the types of this
 * package, so it is independent of the engine. Package {@code engine.loop} has what engines share, and packages
 * {@code engine.select} and {@code engine.linux} are the engines.
 */
package io.apexproxy.runtime.engine;
