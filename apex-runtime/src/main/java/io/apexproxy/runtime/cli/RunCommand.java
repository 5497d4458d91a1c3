package io.apexproxy.runtime.cli;

import io.apexproxy.runtime.ApexProxy;
import io.apexproxy.runtime.ProxyOptions;
import io.apexproxy.runtime.cli.client.TakeoverSearch;
import io.apexproxy.runtime.cli.process.NewerJava;
import io.apexproxy.runtime.cli.process.ProcessExit;
import io.apexproxy.runtime.cli.process.ReloadRequests;
import io.apexproxy.runtime.cli.process.Signals;
import io.apexproxy.runtime.takeover.Predecessor;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.LoggerFactory;

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
        arguments.rejectConflicts();
        handleSignals();
        if (arguments.demo()) {
            try (Demo demo = Demo.start(console)) {
                serve(demo.withConfig(arguments));
            }
        } else {
            serve(arguments);
        }
    }

    /** Completes when the proxy has started; empty if the start takes too long and a signal stops it. */
    CompletableFuture<Optional<ApexProxy>> started() {
        return started;
    }

    private void serve(Arguments arguments) throws InterruptedException {
        ProxyOptions options = locations.options(arguments);
        try (ApexProxy proxy = start(options, arguments.takeover()
                .flatMap(process -> new TakeoverSearch(options.configFile().orElseThrow()).find(process)))) {
            proxy.onRetire(this::retire);
            started.complete(Optional.of(proxy));
            NewerJava.log(); // after the start, which it must not delay
            stopRequested.await();
            proxy.shutdown();
        }
    }

    private static ApexProxy start(ProxyOptions options, Optional<Predecessor> predecessor) {
        try {
            return ApexProxy.start(options, predecessor);
        } catch (RuntimeException | Error e) {
            predecessor.ifPresent(running -> LoggerFactory.getLogger("apex")
                    .error("Takeover failed: process {} serves on", running.pid()));
            throw e;
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

    void stop() {
        boolean first = stopRequests.incrementAndGet() == 1;
        if (first && awaitStart().isPresent()) {
            stopRequested.countDown();
        } else { // not started, so there is nothing to drain; or a second signal, which skips the drain
            started.getNow(Optional.empty()).ifPresent(ApexProxy::close);
            ProcessExit.scheduleHalt(ExitStatus.OK.code());
            System.exit(ExitStatus.OK.code());
        }
    }

    /** A signal that follows is then the second request, which skips the drain. */
    private void retire() {
        stopRequests.incrementAndGet();
        stopRequested.countDown();
    }

    /** Waits up to 2 s for the end of a start that may already accept connections, so that these are drained. */
    private Optional<ApexProxy> awaitStart() {
        return started.copy().completeOnTimeout(Optional.empty(), START_TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
    }
}
