package io.apexproxy.runtime;

import io.apexproxy.runtime.snapshot.Snapshot;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/** Remembers what became of changes of the configuration. Any thread. */
final class ReloadHistory {

    private final AtomicReference<Snapshot.ReloadView> view =
            new AtomicReference<>(new Snapshot.ReloadView(0, 0, Instant.now(), ""));

    Snapshot.ReloadView view() {
        return view.get();
    }

    void succeeded() {
        view.updateAndGet(past -> new Snapshot.ReloadView(past.succeeded() + 1, past.failed(), Instant.now(), ""));
    }

    /** Remembers a refusal, and why. */
    void failed(String error) {
        view.updateAndGet(past -> new Snapshot.ReloadView(past.succeeded(), past.failed() + 1, Instant.now(), error));
    }
}
