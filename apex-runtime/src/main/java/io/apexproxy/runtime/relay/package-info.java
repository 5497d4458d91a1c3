/**
 * The hot path: a connection comes in, a backend is picked, bytes flow both ways until both sides are done.
 *
 * <p>One {@code EventLoop} per processor: a channel group with one thread, a pool of buffers, and the sessions that began
 * there. A session lives on its loop's thread from accept to end, so nothing in it is locked: an {@code Acceptor} accepts, a
 * {@code Session} asks its pool for a backend and connects, two {@code Pump}s move the bytes. Each pump has at most one
 * buffer, which is either being filled or being emptied; so memory is bounded and a slow reader slows its sender down.
 *
 * <p>Two other threads come near: the sweeper, which keeps the coarse clock and closes what is overdue, and the thread that
 * applies a configuration. Both do no more than close channels; what follows from it happens on the loop.
 */
package io.apexproxy.runtime.relay;
