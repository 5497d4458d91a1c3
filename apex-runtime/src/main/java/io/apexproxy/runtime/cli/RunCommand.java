package io.apexproxy.runtime.cli;

import io.apexproxy.runtime.ApexProxy;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code apex run}: serves until it is told to stop. */
final class RunCommand {

    /** Longer than a start takes after it has begun to accept, if it need not wait for backends; few mind to wait. */
    private static final long START_PATIENCE_SECONDS = 2;

    private final Console console;
    private final Locations locations;
    private final ReloadRequests reloads;
    private final CountDownLatch stopRequested = new CountDownLatch(1);
    private final AtomicInteger stopRequests = new AtomicInteger();
    private final CompletableFuture<Optional<ApexProxy>> started = new CompletableFuture<>();

    RunCommand(Console console, Locations locations, ReloadRequests reloads) {
        this.console = console;
        this.locations = locations;
        this.reloads = reloads;
    }

    void run(Arguments arguments) throws InterruptedException {
        takeOverSignals();
        if (arguments.demo()) {
            try (Demo demo = Demo.start(console)) {
                serve(demo.configured(arguments));
            }
        } else {
            serve(arguments);
        }
    }

    private void serve(Arguments arguments) throws InterruptedException {
        try (ApexProxy proxy = ApexProxy.start(locations.options(arguments))) {
            started.complete(Optional.of(proxy));
            stopRequested.await();
            proxy.shutdown();
        }
    }

    /** Done before anything else: by default SIGTERM would end the process with a status other than 0. */
    private void takeOverSignals() {
        reloads.serve(() -> started.join().ifPresent(ApexProxy::reload));
        Signals.handle("INT", this::stop);
        if (!Signals.handle("TERM", this::stop)) {
            Runtime.getRuntime().addShutdownHook(
                    new Thread(() -> started.getNow(Optional.empty()).ifPresent(ApexProxy::shutdown), "shutdown"));
        }
    }

    private void stop() {
        boolean first = stopRequests.incrementAndGet() == 1;
        if (first && startedSoon().isPresent()) {
            stopRequested.countDown();
        } else { // nothing to drain yet, or the user does not want to wait for it
            started.getNow(Optional.empty()).ifPresent(ApexProxy::close);
            ProcessExit.haltSoon(ExitStatus.OK.code());
            System.exit(ExitStatus.OK.code());
        }
    }

    /** In the last moments of a start, connections are accepted already: a signal must neither cut them nor be lost. */
    private Optional<ApexProxy> startedSoon() {
        return started.copy().completeOnTimeout(Optional.empty(), START_PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }
}
