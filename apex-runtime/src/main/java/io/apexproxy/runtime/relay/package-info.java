/**
 * The hot path: a connection comes in, a backend is picked, bytes flow both ways until both sides are done.
 *
 * <p>One {@code EventLoop} per processor: a channel group with one thread, a pool of buffers, and the sessions that
 * began there. A session lives on its loop's thread from accept to end, so nothing in it is locked: an {@code Acceptor}
 * accepts, a {@code Session} asks its pool for a backend and connects, two {@code Pump}s move the bytes. Each pump has
 * at most one buffer, which is either being filled or being emptied; so memory is bounded and a slow reader slows its
 * sender down.
 *
 * <p>A side that resets its connection has the other reset as well, in {@code Resets}' time: not before everything that
 * was sent has arrived there.
 *
 * <p>Two other threads come near: the sweeper, which keeps the coarse clock, closes what is overdue and sees what has
 * arrived, and the thread that applies a configuration. Both do no more than close channels and hand tasks to a loop;
 * what follows from it happens there.
 */
package io.apexproxy.runtime.relay;
