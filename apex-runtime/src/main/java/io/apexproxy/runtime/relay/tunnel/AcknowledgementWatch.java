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
 * Asks the channel, or else looks the connection up in the system's list, for all questions of a moment together.
 *
 * <p>The list has all connections of the network namespace. Reading it takes the longer the more there are, so that it
 * is read in pieces with pauses in proportion: at most one part in twenty of a processor's time, however many there
 * are. The thread that reads it exists only while there are questions.
 */
public final class AcknowledgementWatch implements Acknowledgements, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");
    /** From a question to the next reading, so that questions of a moment share one. */
    private static final long PAUSE_MILLIS = 50;
    /** Pauses for each unit of time that reading took: reading takes one part in twenty. */
    private static final int PAUSES = 19;
    /** How long the thread waits for the next question before it ends. */
    private static final long KEEP_ALIVE_SECONDS = 10;
    /** Readings without a connection until the answer is unknown: the list is not made in one moment. */
    private static final int MOST_MISSED = 2;

    private final LogThrottle failures = new LogThrottle();
    private final boolean tableIsReadable = TcpTable.isReadable();
    private final ConcurrentLinkedQueue<Question> questions = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor reader;

    /** Creates a watch without a thread. */
    public AcknowledgementWatch() {
        this(task -> {
            Thread thread = new Thread(task, "apex-acknowledgements");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** With other threads, for tests. */
    AcknowledgementWatch(ThreadFactory threads) {
        reader = new ScheduledThreadPoolExecutor(1, threads);
        reader.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        reader.setKeepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
        reader.allowCoreThreadTimeOut(true);
    }

    /** A question that the channel could not answer itself. */
    private static final class Question {
        private final InetSocketAddress local;
        private final InetSocketAddress remote;
        private final RelayLoop loop;
        private final LongConsumer answer;
        private int missed;
        private long found = UNKNOWN;

        Question(InetSocketAddress local, InetSocketAddress remote, RelayLoop loop, LongConsumer answer) {
            this.local = local;
            this.remote = remote;
            this.loop = loop;
            this.answer = answer;
        }

        void answer() {
            loop.execute(() -> answer.accept(found));
        }
    }

    @Override
    public boolean areKnown(LoopSocketChannel channel) {
        return tableIsReadable || channel.unacknowledged().isPresent();
    }

    @Override
    public void ask(LoopSocketChannel channel, RelayLoop loop, LongConsumer answer) {
        OptionalLong known = channel.unacknowledged();
        if (known.isPresent()) {
            answer.accept(known.getAsLong());
            return;
        }
        try {
            if (tableIsReadable && channel.getLocalAddress() instanceof InetSocketAddress local
                    && channel.getRemoteAddress() instanceof InetSocketAddress remote) {
                questions.add(new Question(local, remote, loop, answer));
                scheduleReading();
                return;
            }
        } catch (IOException e) {
            LOG.debug("The connection is closed or broken", e);
        }
        answer.accept(UNKNOWN);
    }

    @Override
    public void close() {
        reader.shutdownNow();
    }

    private void scheduleReading() {
        if (scheduled.compareAndSet(false, true)) {
            try {
                reader.schedule(this::read, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                LOG.trace("The relay has ended", e);
            } catch (OutOfMemoryError e) { // no thread can be created; the next question tries again
                LOG.debug("No thread to read TCP send queues", e);
                reader.getQueue().clear();
                scheduled.set(false);
                takeQuestions().forEach(Question::answer);
            }
        }
    }

    private List<Question> takeQuestions() {
        List<Question> taken = new ArrayList<>();
        for (Question question = questions.poll(); question != null; question = questions.poll()) {
            taken.add(question);
        }
        return taken;
    }

    private void read() {
        List<Question> open = takeQuestions();
        try {
            readFor(open);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        } catch (Throwable e) { // or no question would be answered any more
            LOG.error("Failed to read TCP send queues", e);
            open.forEach(Question::answer);
        }
        scheduled.set(false); // before the queue is looked at: a question that is added after that schedules a reading
        if (!questions.isEmpty()) {
            scheduleReading();
        }
    }

    private void readFor(List<Question> open) throws InterruptedException {
        Map<String, Question> wanted = new HashMap<>();
        open.forEach(question -> TcpTable.enter(wanted, question.local, question.remote, question));
        try {
            TcpTable.scan(wanted, (question, unacknowledged) -> question.found = unacknowledged,
                    nanos -> TimeUnit.NANOSECONDS.sleep(nanos * PAUSES));
        } catch (IOException e) {
            if (failures.permits()) {
                LOG.warn("failed to read TCP send queues: {}; resets are passed on as orderly ends", e.getMessage());
            }
            open.forEach(Question::answer);
            return;
        }
        for (Question question : open) {
            if (question.found == UNKNOWN && ++question.missed < MOST_MISSED) {
                questions.add(question);
            } else {
                question.answer();
            }
        }
    }
}
