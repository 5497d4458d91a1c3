package io.apexproxy.runtime.cli;

import io.apexproxy.runtime.ApexProxy;
import io.apexproxy.runtime.admin.HttpLimits;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code apex run}: serves until it is told to stop. */
final class RunCommand {

    private final PrintStream out;
    private final Locations locations;
    private final CountDownLatch stopRequested = new CountDownLatch(1);
    private final AtomicInteger stopRequests = new AtomicInteger();
    private volatile Optional<ApexProxy> started = Optional.empty();

    RunCommand(PrintStream out, Locations locations) {
        this.out = out;
        this.locations = locations;
    }

    void run(Arguments arguments) throws InterruptedException {
        takeOverSignals();
        if (arguments.demo()) {
            try (Demo demo = Demo.start(out)) {
                serve(demo.configured(arguments));
            }
        } else {
            serve(arguments);
        }
    }

    private void serve(Arguments arguments) throws InterruptedException {
        HttpLimits.set(); // too late for the backends of --demo, which is well: they serve as many as come
        try (ApexProxy proxy = ApexProxy.start(locations.options(arguments))) {
            started = Optional.of(proxy);
            stopRequested.await();
            proxy.shutdown();
        }
    }

    /** Done before anything else: by default SIGHUP would end the process, and SIGTERM with a status other than 0. */
    private void takeOverSignals() {
        Signals.handle("HUP", () -> started.ifPresent(ApexProxy::reload));
        Signals.handle("INT", this::stop);
        if (!Signals.handle("TERM", this::stop)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> started.ifPresent(ApexProxy::shutdown), "shutdown"));
        }
    }

    private void stop() {
        boolean first = stopRequests.incrementAndGet() == 1;
        if (first && started.isPresent()) {
            stopRequested.countDown();
        } else { // nothing to drain yet, or the user does not want to wait for it
            started.ifPresent(ApexProxy::close);
            System.exit(ExitStatus.OK.code());
        }
    }
}
