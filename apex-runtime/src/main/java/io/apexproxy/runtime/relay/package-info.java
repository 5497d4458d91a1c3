/**
 * The hot path: one connection from accept to close.
 *
 * <p>A connection passes through stages, each in its own package. {@code accept} accepts and admits it; no session
 * exists yet. {@code opening} reads its first bytes, if the listener needs them. {@code connecting} connects to a
 * backend. {@code tunnel} relays bytes. {@code record} describes the ended session. A {@code Session} holds the current
 * stage, the addresses and the timings. A stage passes its result to the session, never to the next stage.
 *
 * <p>Each thread of the relay runs one {@code RelayLoop}: an event loop of the engine with its buffers and sessions. A
 * session stays on the thread of its loop, so it needs no locks. Other threads only submit tasks to the loop: the
 * configuration thread, the thread that reads the table of TCP connections, and other loops. The end of a session on
 * another loop can admit a connection that is held on this loop.
 *
 * <p>{@code LiveSessions} lists and closes open sessions for an operator. {@code SessionSampler} does so on each loop.
 */
package io.apexproxy.runtime.relay;
