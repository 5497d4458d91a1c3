/**
 * What engines share. Asynchronous channels with one event loop per thread:
 * {@link io.apexproxy.runtime.engine.loop.LoopProvider} is an
 * {@link java.nio.channels.spi.AsynchronousChannelProvider} whose groups are event loops.
 *
 * <p><b>Reason.</b> The JDK's provider on Linux calls {@code epoll_ctl} for every read that waits, and passes every
 * completion through a queue. It supports neither {@code SO_LINGER} nor Unix-domain sockets, and cannot run a task on
 * the thread of a group. Code written against {@code java.nio.channels} runs on both providers; this package does not
 * depend on the relay.
 *
 * <p><b>The loop.</b> A {@link io.apexproxy.runtime.engine.loop.LoopGroup} is one thread. Each turn polls the
 * {@link io.apexproxy.runtime.engine.loop.Transport} of the engine once, which dispatches each ready channel. The turn
 * then frees the descriptors of closed channels, serves bulk transfers, and runs due timers, deferred tasks and tasks
 * of other threads. Only this thread transfers bytes, changes interest and closes descriptors, so the package needs no
 * lock. Several threads write only the claim of an operation and the state of a channel. An operation begun on the
 * loop's thread costs no queue, no lock and no allocation except the boxed result. Any other thread submits it as a
 * task and wakes the loop.
 *
 * <p><b>A read</b> waits for readiness before the first attempt, and the interest stays set between reads, so that a
 * message costs one {@code read} and no {@code epoll_ctl}. The interest is removed only if the channel becomes ready
 * while no read is pending; the next read is then attempted at once. <b>A write</b> is attempted at once and waits for
 * readiness only after a short write. <b>An accept</b> continues while the handler accepts again, up to a limit per
 * readiness.
 *
 * <p><b>Fairness.</b> A turn reads at once from a ready channel whose last read did not fill its buffer. Other reads,
 * and writes that waited for room, are bulk transfers. They wait in a queue that the loop serves for a bounded time
 * after all events are dispatched. An operation that completes at once calls its handler directly only up to a small
 * nesting depth; beyond that it is deferred to the next turn. A flood on one channel thus delays others by a bounded
 * amount of work, and no chain of handlers overflows the stack.
 *
 * <p><b>Exceptions of handlers</b> are logged and the loop continues; the channel stays open for its owner to close.
 * (The JDK's provider ends the worker and starts another.)
 *
 * <p><b>Unsupported</b>, with {@link java.lang.UnsupportedOperationException}: operations with a timeout (by contract,
 * an expired timeout makes the channel unusable; a timer that closes it is cheaper), methods that return a
 * {@code Future} (the loop's thread could block while it waits), scattering reads and gathering writes, groups over an
 * executor, and the default group.
 *
 * <p>{@code EventLoop} runs the turns, with {@code Timers} and a {@code SpinGuard}, and dispatches to
 * {@code LoopHandle} channels. {@code HalfChannel} is one direction of a connected channel; {@code ReadHalf} and
 * {@code WriteHalf} are its two kinds. {@code ConnectOperation} is a connect in progress.
 */
package io.apexproxy.runtime.engine.loop;
