/**
 * The hot path: a connection comes in, a backend is picked, bytes flow both ways until both sides are done.
 *
 * <p>A connection passes through stages, each in a package of its own: {@code accept}, where no session exists yet;
 * {@code opening}, where a listener needs the first bytes; {@code connecting}; {@code tunnel}; and at its end a
 * {@code record}. A {@code Session} keeps the current stage, the facts and the timings. A stage hands its result to the
 * session, never to the next stage, and is dropped when it is done.
 *
 * <p>There is one {@code RelayLoop} per processor: an event loop of the engine with its buffers and the sessions that
 * began there. A session stays on its loop's thread from accept to end, so nothing in it is locked. Other threads
 * submit tasks to the loop: the thread that applies a configuration, the one that reads the list of TCP connections,
 * and other loops whose sessions end and so admit a connection that is held here.
 */
package io.apexproxy.runtime.relay;
