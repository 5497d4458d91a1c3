package io.apexproxy.runtime.engine.linux;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.apexproxy.runtime.engine.loop.LoopGroup;
import io.apexproxy.runtime.engine.loop.LoopHandle;
import io.apexproxy.runtime.engine.loop.ServerChannel;
import io.apexproxy.runtime.engine.loop.StreamChannel;
import io.apexproxy.runtime.engine.loop.Transport;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.ShutdownChannelGroupException;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Sockets and events of an epoll instance.
 *
 * <p>Connections are registered once, for all events, edge-triggered, so that a transfer needs no {@code epoll_ctl}.
 * The data of an event is the number of the registration and the descriptor. An event of an earlier channel with the
 * same descriptor has another number and is ignored.
 */
final class EpollTransport implements Transport {
    /** The data of the event counter that wakes the loop up. */
    private static final long WAKE_UP = -1;

    private static final int FIRST_CAPACITY = 256;

    private final SystemCalls calls;
    private final ThreadLocal<SystemCalls> callsOfOtherThreads;
    private final EpollEvents events = new EpollEvents();
    private final PipePool pipes;
    private final int epoll;
    private final int wakeUp;

    /** The channels by descriptor. Written with the lock, also after a change of an element, for readers without it. */
    private volatile EpollHandle[] channels = new EpollHandle[FIRST_CAPACITY];
    /** Written with the lock. */
    private volatile int size;
    @GuardedBy("this")
    private int lastRegistration;
    @GuardedBy("this")
    private boolean closed;

    /**
     * Opens an epoll instance.
     *
     * @param newCalls creates the system calls of a thread
     * @param pipesPerLoop the most pipes for splices
     */
    EpollTransport(Supplier<SystemCalls> newCalls, int pipesPerLoop) throws IOException {
        calls = newCalls.get();
        pipes = new PipePool(calls, pipesPerLoop);
        callsOfOtherThreads = ThreadLocal.withInitial(newCalls);
        epoll = require(calls.epollCreate());
        int counter = calls.eventfd();
        int added = counter < 0 ? counter : calls.epollAdd(epoll, counter, SystemCalls.EPOLLIN, WAKE_UP);
        if (added < 0) {
            if (counter >= 0) {
                calls.close(counter);
            }
            calls.close(epoll);
            throw Errno.failure(-added);
        }
        wakeUp = counter;
    }

    private static int require(int result) throws IOException {
        if (result < 0) {
            throw Errno.failure(-result);
        }
        return result;
    }

    /** Returns the system calls for the present thread. */
    SystemCalls calls(LoopGroup group) {
        return group.inLoop() ? calls : callsOfOtherThreads.get();
    }

    /** Returns the pipes of the loop. On the loop's thread. */
    PipePool pipes() {
        return pipes;
    }

    /** Returns the system calls of the loop's thread. */
    SystemCalls loopCalls() {
        return calls;
    }

    /**
     * Adds a channel, without events; returns the number of its registration. From any thread.
     *
     * @throws ShutdownChannelGroupException if the transport is closed
     * @throws IOException if the loop still has a channel of an inherited socket
     */
    synchronized int add(EpollHandle channel) throws IOException {
        if (closed) {
            throw new ShutdownChannelGroupException();
        }
        int descriptor = channel.descriptor();
        EpollHandle[] present = channels;
        if (descriptor >= present.length) {
            present = Arrays.copyOf(present, Math.max(descriptor + 1, 2 * present.length));
        }
        if (present[descriptor] != null) {
            throw new IOException("the event loop has not released the inherited socket yet");
        }
        present[descriptor] = channel;
        channels = present;
        size++;
        return ++lastRegistration;
    }

    /** Removes a channel that was added. From any thread. */
    synchronized void remove(EpollHandle channel) {
        EpollHandle[] present = channels;
        present[channel.descriptor()] = null;
        channels = present;
        size--;
    }

    /** Requests events of a channel. On the loop's thread. */
    void watch(EpollHandle channel, int requested) throws IOException {
        long data = (long) channel.registration() << Integer.SIZE | channel.descriptor();
        require(calls.epollAdd(epoll, channel.descriptor(), requested, data));
    }

    /** Stops the events of a channel. On the loop's thread. */
    void unwatch(EpollHandle channel) {
        calls.epollDelete(epoll, channel.descriptor());
    }

    @Override
    public int poll(long timeoutMillis, Dispatcher dispatcher) throws IOException {
        int count = calls.epollWait(epoll, events, (int) Math.min(timeoutMillis, Integer.MAX_VALUE));
        if (count < 0) {
            if (count == -Errno.EINTR) {
                return 0;
            }
            throw Errno.failure(-count);
        }
        for (int index = 0; index < count; index++) {
            dispatch(events.events(index), events.data(index), dispatcher);
        }
        return count;
    }

    private void dispatch(int happened, long data, Dispatcher dispatcher) {
        if (data == WAKE_UP) {
            calls.clear(wakeUp);
            return;
        }
        EpollHandle channel = channels[(int) data];
        if (channel != null && channel.registration() == (int) (data >>> Integer.SIZE)) {
            int operations = channel.translate(happened);
            if (operations != 0) {
                dispatcher.ready(channel, operations);
            }
        }
    }

    @Override
    public synchronized void wakeUp() {
        if (!closed) { // afterwards, the descriptor can be that of a connection
            callsOfOtherThreads.get().signal(wakeUp);
        }
    }

    @Override
    public boolean isEmpty() {
        return size == 0;
    }

    @Override
    public void forEachChannel(Consumer<LoopHandle> action) {
        for (EpollHandle channel : channels) {
            if (channel != null) {
                action.accept(channel);
            }
        }
    }

    @Override
    public StreamChannel newSocket(LoopGroup group, StandardProtocolFamily family) throws IOException {
        return new EpollSocketChannel(group, this, NativeSocket.open(calls(group), family));
    }

    @Override
    public ServerChannel newServer(LoopGroup group, StandardProtocolFamily family) throws IOException {
        return EpollServerChannel.open(group, this, family);
    }

    @Override
    public ServerChannel newServer(LoopGroup group, ServerSocketChannel inherited) throws IOException {
        return new EpollServerChannel(group, this, InheritedDescriptor.find(calls(group), inherited), true);
    }

    @Override
    public synchronized void close() {
        closed = true;
        pipes.close();
        calls.close(wakeUp);
        calls.close(epoll);
    }
}
