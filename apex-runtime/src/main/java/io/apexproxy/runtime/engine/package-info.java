/**
 * The face of an engine: what the relay needs from event loops and their channels.
 *
 * <p>An {@link io.apexproxy.runtime.engine.Engine} opens {@link io.apexproxy.runtime.engine.Loop}s. A loop is one
 * thread with channels, tasks and timers. Its channels are the asynchronous channels of {@code java.nio.channels} with
 * what a relay needs beyond them: {@link io.apexproxy.runtime.engine.LoopSocketChannel} and
 * {@link io.apexproxy.runtime.engine.LoopServerSocketChannel}. The relay uses these types only, so it does not know
 * which engine it runs on. Package {@code engine.select} implements them with a selector of NIO.
 */
package io.apexproxy.runtime.engine;
