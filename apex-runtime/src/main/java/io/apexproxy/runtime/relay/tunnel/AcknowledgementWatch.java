package io.apexproxy.runtime.relay.tunnel;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.TcpTable;
import io.apexproxy.runtime.log.LogThrottle;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Acknowledgement queries to the channel or, if the channel has no result, to the system's table of TCP connections.
 *
 * <p>Queries that arrive within 50 ms share one scan of the table. The table contains all connections of the network
 * namespace, so the duration of a scan grows with their number. The scan pauses in proportion to the time that it
 * takes, and uses at most 5 % of a processor. The scanning thread exists only while there are queries.
 */
public final class AcknowledgementWatch implements Acknowledgements, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");
    private static final long DELAY_MILLIS = 50;
    /** The length of a pause in units of the preceding work: 1 of 20 units is work. */
    private static final int PAUSE_FACTOR = 19;
    /** The idle time after which the thread ends. */
    private static final long KEEP_ALIVE_SECONDS = 10;
    /** Scans without the connection after which the result is unknown. One can miss it: a scan is not atomic. */
    private static final int MAX_MISSES = 2;

    private final LogThrottle failures = new LogThrottle();
    private final boolean tableReadable = TcpTable.isReadable();
    private final ConcurrentLinkedQueue<Query> queries = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor scanner;

    /** Creates a watch that has not started its thread. */
    public AcknowledgementWatch() {
        this(task -> {
            Thread thread = new Thread(task, "apex-acknowledgements");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Creates a watch with a thread factory of a test. */
    AcknowledgementWatch(ThreadFactory threads) {
        scanner = new ScheduledThreadPoolExecutor(1, threads);
        scanner.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        scanner.setKeepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
        scanner.allowCoreThreadTimeOut(true);
    }

    /** A query that needs a scan of the table. */
    private static final class Query {
        private final InetSocketAddress local;
        private final InetSocketAddress remote;
        private final RelayLoop loop;
        private final LongConsumer receiver;
        private int misses;
        private long result = UNKNOWN;

        Query(InetSocketAddress local, InetSocketAddress remote, RelayLoop loop, LongConsumer receiver) {
            this.local = local;
            this.remote = remote;
            this.loop = loop;
            this.receiver = receiver;
        }

        void complete() {
            loop.execute(() -> receiver.accept(result));
        }
    }

    @Override
    public boolean isSupported(LoopSocketChannel channel) {
        return tableReadable || channel.unacknowledged().isPresent();
    }

    @Override
    public void query(LoopSocketChannel channel, RelayLoop loop, LongConsumer receiver) {
        OptionalLong known = channel.unacknowledged();
        if (known.isPresent()) {
            receiver.accept(known.getAsLong());
            return;
        }
        try {
            if (tableReadable && channel.getLocalAddress() instanceof InetSocketAddress local
                    && channel.getRemoteAddress() instanceof InetSocketAddress remote) {
                queries.add(new Query(local, remote, loop, receiver));
                scheduleScan();
                return;
            }
        } catch (IOException e) {
            LOG.debug("connection is closed or broken", e);
        }
        receiver.accept(UNKNOWN);
    }

    @Override
    public void close() {
        scanner.shutdownNow();
    }

    private void scheduleScan() {
        if (scheduled.compareAndSet(false, true)) {
            try {
                scanner.schedule(this::scan, DELAY_MILLIS, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                LOG.trace("relay has ended", e);
            } catch (OutOfMemoryError e) { // no thread can be created; the next query tries again
                LOG.debug("no thread to read TCP send queues", e);
                scanner.getQueue().clear();
                scheduled.set(false);
                takeQueries().forEach(Query::complete);
            }
        }
    }

    private List<Query> takeQueries() {
        List<Query> taken = new ArrayList<>();
        for (Query query = queries.poll(); query != null; query = queries.poll()) {
            taken.add(query);
        }
        return taken;
    }

    private void scan() {
        List<Query> open = takeQueries();
        try {
            scanFor(open);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        } catch (Throwable e) { // later queries must still be scheduled
            LOG.error("failed to read TCP send queues", e);
            open.forEach(Query::complete);
        }
        scheduled.set(false); // before isEmpty(): a query that is added afterwards schedules a scan
        if (!queries.isEmpty()) {
            scheduleScan();
        }
    }

    private void scanFor(List<Query> open) throws InterruptedException {
        Map<String, Query> wanted = new HashMap<>();
        open.forEach(query -> TcpTable.enter(wanted, query.local, query.remote, query));
        try {
            TcpTable.scan(wanted, (query, unacknowledged) -> query.result = unacknowledged,
                    nanos -> TimeUnit.NANOSECONDS.sleep(nanos * PAUSE_FACTOR));
        } catch (IOException e) {
            if (failures.permits()) {
                LOG.warn("failed to read TCP send queues: {}; resets are propagated as FIN", e.getMessage());
            }
            open.forEach(Query::complete);
            return;
        }
        for (Query query : open) {
            if (query.result == UNKNOWN && ++query.misses < MAX_MISSES) {
                queries.add(query);
            } else {
                query.complete();
            }
        }
    }
}
