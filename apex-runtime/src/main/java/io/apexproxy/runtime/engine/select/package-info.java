/**
 * Asynchronous channels over one selector per thread: {@link io.apexproxy.runtime.engine.select.LoopProvider} is an
 * {@link java.nio.channels.spi.AsynchronousChannelProvider} whose groups are event loops.
 *
 * <p><b>Why.</b> The JDK's own provider on Linux arms epoll anew for every read that has to wait, passes every
 * completion through a queue, knows neither {@code SO_LINGER} nor Unix-domain sockets, and has no way to run a task on
 * a group's thread. Code written against {@code java.nio.channels} runs on either; this package knows nothing of what
 * is relayed.
 *
 * <p><b>The loop.</b> A {@link io.apexproxy.runtime.engine.select.LoopGroup} is one thread. Each of its turns selects
 * once and dispatches each ready channel where the selector finds it, frees the descriptors of channels that were
 * closed before, serves bulk transfers, and runs due timers, deferred tasks and tasks of other threads. Only this
 * thread moves bytes, changes interest and closes descriptors, so nothing here needs a lock; two threads may write only
 * the claim of an operation and the state of a channel. An operation that is begun on the loop's own thread costs no
 * queue, no lock and no allocation but the boxed result; any other thread submits it as a task and wakes the selector.
 *
 * <p><b>Reading</b> waits for readiness rather than trying first, and leaves the interest armed between reads, so that
 * a message costs one {@code read} and no {@code epoll_ctl}. Only when readiness comes while no read is pending is the
 * interest withdrawn, and the next read, which then is known to succeed, is tried at once. <b>Writing</b> tries at once
 * and waits for readiness only after a short write. <b>AcceptOperation</b> goes on within one readiness as long as the
 * handler asks for more, up to a bound.
 *
 * <p><b>Fairness.</b> A turn reads at once from a ready channel whose last read did not fill its buffer. Other reads,
 * and writes that waited for room, are bulk transfers: they wait in a queue that is served for a bounded time after all
 * events are dispatched. An operation that completes at once calls its handler directly only to a small depth and is
 * deferred to the next turn below that. So a flood on one channel delays others by a bounded amount of work, and no
 * chain of handlers overflows the stack.
 *
 * <p><b>Handlers that throw</b> are logged and the loop goes on; the channel is left as it is, for its owner to close.
 * (The JDK's provider ends the worker and starts another.)
 *
 * <p><b>Not offered</b>, with {@link java.lang.UnsupportedOperationException}: operations with a timeout (after one
 * expires a channel is unusable by contract; a timer that closes does the same for less), the forms that return a
 * {@code Future} (a thread that waits for the result could be the loop's), scattering and gathering, groups over a
 * foreign executor, and the default group.
 *
 * <p>Inside: {@code EventLoop} turns, with {@code Timers} and a {@code SpinGuard}, and dispatches to {@code LoopHandle}
 * channels; {@code HalfChannel} is half of a connected one, {@code ReadHalf} and {@code WriteHalf} are its two kinds;
 * {@code ConnectOperation} lives as long as a connect does.
 */
package io.apexproxy.runtime.engine.select;
