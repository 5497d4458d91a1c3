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

/** The channels of a loop by their descriptor, its system calls, and the event counter that wakes it up. */
public abstract class NativeTransport implements Transport {
    private static final int FIRST_CAPACITY = 256;

    private final SystemCalls calls;
    private final ThreadLocal<SystemCalls> callsOfOtherThreads;
    private final int wakeUp;

    /** The channels by descriptor. Written with the lock, also after a change of an element, for readers without it. */
    private volatile NativeHandle[] channels = new NativeHandle[FIRST_CAPACITY];
    /** Written with the lock. */
    private volatile int size;
    @GuardedBy("this")
    private int lastRegistration;
    @GuardedBy("this")
    private boolean closed;

    /**
     * Opens the event counter.
     *
     * @param newCalls creates the system calls of a thread
     */
    protected NativeTransport(Supplier<SystemCalls> newCalls) throws IOException {
        calls = newCalls.get();
        callsOfOtherThreads = ThreadLocal.withInitial(newCalls);
        wakeUp = require(calls.eventfd());
    }

    /** Returns the result of a system call; throws the exception of an error. */
    protected static int require(int result) throws IOException {
        if (result < 0) {
            throw Errno.failure(-result);
        }
        return result;
    }

    /** Returns the system calls for the present thread. */
    public final SystemCalls calls(LoopGroup group) {
        return group.inLoop() ? calls : callsOfOtherThreads.get();
    }

    /** Returns the system calls of the loop's thread. */
    public final SystemCalls loopCalls() {
        return calls;
    }

    /** Returns the descriptor of the event counter. */
    protected final int wakeUpDescriptor() {
        return wakeUp;
    }

    /**
     * Adds a channel, without events; returns the number of its registration. From any thread.
     *
     * @throws ShutdownChannelGroupException if the transport is closed
     * @throws IOException if the loop still has a channel of an inherited socket
     */
    public final synchronized int add(NativeHandle channel) throws IOException {
        if (closed) {
            throw new ShutdownChannelGroupException();
        }
        int descriptor = channel.descriptor();
        NativeHandle[] present = channels;
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
    public final synchronized void remove(NativeHandle channel) {
        NativeHandle[] present = channels;
        present[channel.descriptor()] = null;
        channels = present;
        size--;
    }

    /** Returns the channel with a descriptor, or null if there is none with this registration. On the loop's thread. */
    protected final NativeHandle channel(int descriptor, int registration) {
        NativeHandle channel = channels[descriptor];
        return channel != null && channel.registration() == registration ? channel : null;
    }

    @Override
    public final StreamChannel newSocket(LoopGroup group, StandardProtocolFamily family) throws IOException {
        return newChannel(group, NativeSocket.open(calls(group), family));
    }

    @Override
    public final ServerChannel newServer(LoopGroup group, StandardProtocolFamily family) throws IOException {
        return newServerChannel(group, NativeServerChannel.openSocket(calls(group), family), false);
    }

    @Override
    public final ServerChannel newServer(LoopGroup group, ServerSocketChannel inherited) throws IOException {
        return newServerChannel(group, InheritedDescriptor.find(calls(group), inherited), true);
    }

    @Override
    public final ServerChannel newServer(LoopGroup group, int descriptor) throws IOException {
        return newServerChannel(group, InheritedDescriptor.of(calls(group), descriptor), true);
    }

    /** Creates the channel of a new socket. */
    protected abstract StreamChannel newChannel(LoopGroup group, NativeSocket socket);

    /**
     * Creates a listening channel.
     *
     * @param inherited whether the process has inherited the socket
     */
    protected abstract ServerChannel newServerChannel(LoopGroup group, NativeSocket socket, boolean inherited);

    @Override
    public final synchronized void wakeUp() {
        if (!closed) { // afterwards, the descriptor can be that of a connection
            callsOfOtherThreads.get().signal(wakeUp);
        }
    }

    @Override
    public final boolean isEmpty() {
        return size == 0;
    }

    @Override
    public final void forEachChannel(Consumer<LoopHandle> action) {
        for (NativeHandle channel : channels) {
            if (channel != null) {
                action.accept(channel);
            }
        }
    }

    @Override
    public final synchronized void close() {
        closed = true;
        free();
        calls.close(wakeUp);
    }

    /** Frees what the engine has opened. On the loop's thread, or before it has started. */
    protected abstract void free();
}
