package io.apexproxy.dist.fault;

import io.apexproxy.dist.harness.ApexProcess;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A generator of random faults. Each backend, the configuration file and the proxy process has a thread that causes a
 * fault, ends it and waits. The seed determines the faults; their timing also depends on the machine.
 */
final class Faults implements AutoCloseable {

    /** The fault in which the proxy process is stopped by a signal. */
    static final String FROZEN = "frozen";

    /** Limits of the length of a fault and of the pause after it, similar to the length of a session. */
    private static final int MIN_MILLIS = 200;
    private static final int MOST_MILLIS = 2_200;
    private static final int MOST_CHANGES = 6;
    /** Shorter and longer than the 100 ms without a change for which Apex waits before it reads the file. */
    private static final int MOST_BETWEEN_CHANGES_MILLIS = 200;
    private static final int FROZEN_MILLIS = 1_000;
    private static final int LEAST_BETWEEN_FREEZES_MILLIS = 4_000;
    private static final int MOST_BETWEEN_FREEZES_MILLIS = 12_000;

    private final CountDownLatch over;
    private final Timeline timeline;
    private final ConfigFile config;
    private final ApexProcess apex;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private List<? extends Future<?>> running = List.of();

    Faults(CountDownLatch over, Timeline timeline, ConfigFile config, ApexProcess apex) {
        this.over = over;
        this.timeline = timeline;
        this.config = config;
        this.apex = apex;
    }

    /** A fault that starts and ends within one call. */
    private interface RepeatedFault {
        void run(Random random) throws InterruptedException;
    }

    void start(long seed) {
        List<RepeatedFault> faults = Stream.concat(config.faulty().stream().<RepeatedFault>map(
                each -> random -> causeFault(each, random)),
                Stream.of(this::reload, this::freeze)).toList();
        running = IntStream.range(0, faults.size()).mapToObj(index -> threads.submit(() -> {
            var random = new Random(RandomStream.mix(~seed - index));
            while (over.getCount() > 0) {
                faults.get(index).run(random);
            }
            return index;
        })).toList();
    }

    /** Waits until all faults have ended. */
    void awaitEnd() throws InterruptedException, ExecutionException {
        for (Future<?> each : running) {
            each.get();
        }
    }

    private void causeFault(BackendProcess backend, Random random) throws InterruptedException {
        sleep(random.nextInt(MIN_MILLIS, MOST_MILLIS));
        int millis = random.nextInt(MIN_MILLIS, MOST_MILLIS);
        switch (random.nextInt(5)) {
            case 0 -> kill(backend, millis);
            case 1 -> pause(backend, millis);
            case 2 -> runInMode(backend, ChecksumServer.Mode.SLOW, millis, false);
            case 3 -> runInMode(backend, ChecksumServer.Mode.RESETTING, millis, true);
            default -> runInMode(backend, ChecksumServer.Mode.REFUSING, millis, true);
        }
    }

    private void kill(BackendProcess backend, int millis) throws InterruptedException {
        Timeline.Fault fault = timeline.begin("killed", backend.port(), true);
        backend.kill();
        sleep(millis);
        backend.start();
        fault.end();
    }

    private void pause(BackendProcess backend, int millis) throws InterruptedException {
        Timeline.Fault fault = timeline.begin("paused", backend.port(), false);
        backend.pause();
        sleep(millis);
        backend.resume();
        fault.end();
    }

    private void runInMode(BackendProcess backend, ChecksumServer.Mode mode, int millis, boolean cuts)
            throws InterruptedException {
        Timeline.Fault fault = timeline.begin(mode.name().toLowerCase(Locale.ROOT), backend.port(), cuts);
        backend.setMode(mode);
        sleep(millis);
        backend.setMode(ChecksumServer.Mode.NORMAL);
        fault.end();
    }

    /** Writes several changes in quick succession, and sometimes an invalid one or a SIGHUP after them. */
    private void reload(Random random) throws InterruptedException {
        sleep(random.nextInt(MIN_MILLIS, MOST_MILLIS));
        for (int changes = random.nextInt(MOST_CHANGES); changes >= 0; changes--) {
            record("configured");
            config.writeAny(random);
            sleep(random.nextInt(MOST_BETWEEN_CHANGES_MILLIS));
        }
        switch (random.nextInt(6)) {
            case 0 -> {
                record("configuration broken");
                config.writeBroken(random);
            }
            case 1 -> {
                record("SIGHUP");
                apex.signal("HUP");
            }
            default -> {}
        }
    }

    private void record(String what) {
        timeline.begin(what, Timeline.APEX, false).end();
    }

    private void freeze(Random random) throws InterruptedException {
        sleep(random.nextInt(LEAST_BETWEEN_FREEZES_MILLIS, MOST_BETWEEN_FREEZES_MILLIS));
        Timeline.Fault fault = timeline.begin(FROZEN, Timeline.APEX, false);
        apex.signal("STOP");
        sleep(FROZEN_MILLIS);
        apex.signal("CONT");
        fault.end();
    }

    private void sleep(int millis) throws InterruptedException {
        over.await(millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        over.countDown();
        threads.shutdown();
    }
}
