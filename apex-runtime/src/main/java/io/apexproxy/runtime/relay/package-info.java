/**
 * The hot path: a connection comes in, a backend is picked, bytes flow both ways until both sides are done.
 *
 * <p>One {@code EventLoop} per processor: a channel group with one thread, a pool of buffers, and the sessions that
 * began there. A session lives on its loop's thread from accept to end, so nothing in it is locked: an {@code Acceptor}
 * accepts, a {@code Session} begins, its {@code Connector} asks the pool for a backend and connects, two {@code Pump}s
 * move the bytes. Each pump has at most one buffer, which is either being filled or being emptied; so memory is bounded
 * and a slow reader slows its sender down.
 *
 * <p>A side that resets its connection has the other reset as well, in {@code Resets}' time: not before everything that
 * was sent has arrived there.
 *
 * <p>While a loop has sessions it ticks: its coarse clock goes forward, and what is overdue is closed.
 *
 * <p>Two other threads come near: that of {@code Resets}, which sees what has arrived, and the one that applies a
 * configuration. Both do no more than close channels and hand tasks to a loop; what follows from it happens there.
 * Where channels are the JDK's, ticks have a thread of their own and do no more than that either. {@code LoopWatch}
 * looks from outside whether the loops come round.
 */
package io.apexproxy.runtime.relay;
