package io.apexproxy.runtime.engine.linux.epoll;

import io.apexproxy.runtime.engine.linux.EpollEvents;
import io.apexproxy.runtime.engine.linux.Errno;
import io.apexproxy.runtime.engine.linux.NativeSocket;
import io.apexproxy.runtime.engine.linux.NativeTransport;
import io.apexproxy.runtime.engine.linux.SystemCalls;
import io.apexproxy.runtime.engine.linux.splice.PipePool;
import io.apexproxy.runtime.engine.loop.LoopGroup;
import io.apexproxy.runtime.engine.loop.ServerChannel;
import io.apexproxy.runtime.engine.loop.StreamChannel;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * Sockets and events of an epoll instance.
 *
 * <p>Connections are registered once, for all events, edge-triggered, so that a transfer needs no {@code epoll_ctl}.
 * The data of an event is the number of the registration and the descriptor. An event of an earlier channel with the
 * same descriptor has another number and is ignored.
 */
final class EpollTransport extends NativeTransport {
    /** The data of the event counter that wakes the loop up. */
    private static final long WAKE_UP = -1;

    private final EpollEvents events = new EpollEvents();
    private final PipePool pipes;
    private final int epoll;

    /**
     * Opens an epoll instance.
     *
     * @param newCalls creates the system calls of a thread
     * @param pipesPerLoop the most pipes for splices
     */
    EpollTransport(Supplier<SystemCalls> newCalls, int pipesPerLoop) throws IOException {
        super(newCalls);
        pipes = new PipePool(loopCalls(), pipesPerLoop);
        epoll = loopCalls().epollCreate();
        int added = epoll < 0 ? epoll
                : loopCalls().epollAdd(epoll, wakeUpDescriptor(), SystemCalls.EPOLLIN, WAKE_UP);
        if (added < 0) {
            close();
            throw Errno.failure(-added);
        }
    }

    /** Returns the pipes of the loop. On the loop's thread. */
    PipePool pipes() {
        return pipes;
    }

    /** Requests events of a channel. On the loop's thread. */
    void watch(EpollHandle channel, int requested) throws IOException {
        long data = (long) channel.registration() << Integer.SIZE | channel.descriptor();
        require(loopCalls().epollAdd(epoll, channel.descriptor(), requested, data));
    }

    /** Stops the events of a channel. On the loop's thread. */
    void unwatch(EpollHandle channel) {
        loopCalls().epollDelete(epoll, channel.descriptor());
    }

    @Override
    public int poll(long timeoutMillis, Dispatcher dispatcher) throws IOException {
        int count = loopCalls().epollWait(epoll, events, (int) Math.min(timeoutMillis, Integer.MAX_VALUE));
        if (count == -Errno.EINTR) {
            return 0;
        }
        require(count);
        for (int index = 0; index < count; index++) {
            dispatch(events.events(index), events.data(index), dispatcher);
        }
        return count;
    }

    private void dispatch(int happened, long data, Dispatcher dispatcher) {
        if (data == WAKE_UP) {
            loopCalls().clear(wakeUpDescriptor());
            return;
        }
        EpollHandle channel = (EpollHandle) channel((int) data, (int) (data >>> Integer.SIZE));
        if (channel != null) {
            int operations = channel.translate(happened);
            if (operations != 0) {
                dispatcher.ready(channel, operations);
            }
        }
    }

    @Override
    protected StreamChannel newChannel(LoopGroup group, NativeSocket socket) {
        return new EpollSocketChannel(group, this, socket);
    }

    @Override
    protected ServerChannel newServerChannel(LoopGroup group, NativeSocket socket, boolean inherited) {
        return new EpollServerChannel(group, this, socket, inherited);
    }

    @Override
    protected void free() {
        pipes.close();
        if (epoll >= 0) {
            loopCalls().close(epoll);
        }
    }
}
