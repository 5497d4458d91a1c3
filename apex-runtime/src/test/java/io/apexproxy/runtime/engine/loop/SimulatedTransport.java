package io.apexproxy.runtime.engine.loop;

import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.util.function.Consumer;

/**
 * A transport without channels whose {@code poll} waits only for a wake-up. It detects a loop that waits although no
 * wake-up can follow. One thread polls, another thread wakes it up.
 */
final class SimulatedTransport implements Transport {

    /** Checks for a wake-up before the thread yields, possibly to the waking thread. */
    private static final int SPINS_PER_YIELD = 256;

    private volatile boolean wokenUp;
    private volatile boolean noMoreWakeUps;
    /** The polling thread only. */
    private boolean stuck;

    /** Called by the waking thread after its last wake-up. */
    void expectNoMoreWakeUps() {
        noMoreWakeUps = true;
    }

    /** Returns whether a poll would never have returned. On the polling thread. */
    boolean isStuck() {
        return stuck;
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // on one processor the waking thread needs it
    public int poll(long timeoutMillis, Dispatcher dispatcher) {
        // reads the end of wake-ups first: every wake-up precedes it
        for (int spins = 1; timeoutMillis != 0 && !wokenUp; spins++) {
            if (noMoreWakeUps && !wokenUp) {
                stuck = true;
                return 0;
            }
            if (spins % SPINS_PER_YIELD == 0) {
                Thread.yield();
            } else {
                Thread.onSpinWait();
            }
        }
        wokenUp = false;
        return 0;
    }

    @Override
    public void wakeUp() {
        wokenUp = true;
    }

    @Override
    public boolean isEmpty() {
        return true;
    }

    @Override
    public void forEachChannel(Consumer<LoopHandle> action) {
        // has no channel
    }

    @Override
    public StreamChannel newSocket(LoopGroup group, StandardProtocolFamily family) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ServerChannel newServer(LoopGroup group, StandardProtocolFamily family) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ServerChannel newServer(LoopGroup group, ServerSocketChannel inherited) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        // nothing to free
    }
}
