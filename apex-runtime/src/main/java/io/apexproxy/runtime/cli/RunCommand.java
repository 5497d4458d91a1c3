package io.apexproxy.runtime.cli;

import io.apexproxy.runtime.ApexProxy;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code apex run}: runs a proxy until SIGTERM or SIGINT. */
final class RunCommand {

    /** Upper bound for the rest of a start that already accepts connections and does not wait for backends. */
    private static final long START_TIMEOUT_SECONDS = 2;

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
        handleSignals();
        if (arguments.demo()) {
            try (Demo demo = Demo.start(console)) {
                serve(demo.withConfig(arguments));
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

    /** Installs the handlers before the start, because by default SIGTERM exits with a status other than 0. */
    private void handleSignals() {
        reloads.onRequest(() -> started.join().ifPresent(ApexProxy::reload));
        Signals.handle("INT", this::stop);
        if (!Signals.handle("TERM", this::stop)) {
            Runtime.getRuntime().addShutdownHook(
                    new Thread(() -> started.getNow(Optional.empty()).ifPresent(ApexProxy::shutdown), "shutdown"));
        }
    }

    private void stop() {
        boolean first = stopRequests.incrementAndGet() == 1;
        if (first && awaitStart().isPresent()) {
            stopRequested.countDown();
        } else { // not started, so there is nothing to drain; or a second signal, which skips the drain
            started.getNow(Optional.empty()).ifPresent(ApexProxy::close);
            ProcessExit.scheduleHalt(ExitStatus.OK.code());
            System.exit(ExitStatus.OK.code());
        }
    }

    /** Waits up to 2 s for the end of a start that may already accept connections, so that these are drained. */
    private Optional<ApexProxy> awaitStart() {
        return started.copy().completeOnTimeout(Optional.empty(), START_TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
    }
}
