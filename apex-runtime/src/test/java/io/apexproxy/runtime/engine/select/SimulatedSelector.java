package io.apexproxy.runtime.engine.select;

import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A selector without channels whose {@code select} waits only for a wake-up. It detects a loop that waits although no
 * wake-up can follow. One thread selects, another thread wakes it up.
 */
final class SimulatedSelector extends Selector {

    /** Checks for a wake-up before the thread yields, possibly to the waking thread. */
    private static final int SPINS_PER_YIELD = 256;

    private volatile boolean wokenUp;
    private volatile boolean noMoreWakeUps;
    /** The selecting thread only. */
    private boolean stuck;

    /** Called by the waking thread after its last wake-up. */
    void expectNoMoreWakeUps() {
        noMoreWakeUps = true;
    }

    /** Returns whether a call of {@code select} would never have returned. On the selecting thread. */
    boolean isStuck() {
        return stuck;
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // on one processor the waking thread needs it
    public int select(Consumer<SelectionKey> dispatch, long timeoutMillis) {
        // reads the end of wake-ups first: every wake-up precedes it
        for (int spins = 1; !wokenUp; spins++) {
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
        return selectNow();
    }

    @Override
    public int selectNow(Consumer<SelectionKey> dispatch) {
        return selectNow();
    }

    @Override
    public int selectNow() {
        wokenUp = false;
        return 0;
    }

    @Override
    public Selector wakeup() {
        wokenUp = true;
        return this;
    }

    @Override
    public int select(long timeoutMillis) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int select() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public SelectorProvider provider() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Set<SelectionKey> keys() {
        return Set.of();
    }

    @Override
    public Set<SelectionKey> selectedKeys() {
        return Set.of();
    }

    @Override
    public void close() {
        // nothing to free
    }
}
